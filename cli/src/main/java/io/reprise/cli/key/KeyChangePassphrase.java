package io.reprise.cli.key;

import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.remote.Keys;
import io.reprise.cli.remote.StateFile;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.key.CryptKey;
import io.reprise.datastore.key.KeyFile;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code key change-passphrase [<path>]}: the same key under another password, or none. */
@Command
public final class KeyChangePassphrase implements Action {
  @Mixin
  private final NewPassword password = new NewPassword();

  @Parameters(index = "0", arity = "0..1", paramLabel = "<path>")
  private @Nullable String path;

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    Path file = KeyPlaces.existing(at, path, KeyPlaces.KEY);
    if (!at.terminal().stdinIsTerminal()) {
      throw new CommandFailed("a password is changed on a terminal only");
    }
    KeyFile old = KeyFile.read(file);
    CryptKey key = Keys.open(at, old);
    String hint = password.hint();
    byte[] secret = password.ask(at, "New Password: ");
    StateFile.replace(
        file,
        old.changePassphrase(key, password.kdf(), secret, hint, KeyCreate.now(at))
            .toJson());
  }
}
