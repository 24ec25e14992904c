package io.reprise.cli.key;

import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.remote.Keys;
import io.reprise.cli.remote.Xdg;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.key.CryptKey;
import io.reprise.datastore.key.KeyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code key create [<path>]}: a new random key. */
@Command
public final class KeyCreate implements Action {
  @Mixin
  private final NewPassword password = new NewPassword();

  @Parameters(index = "0", arity = "0..1", paramLabel = "<path>")
  private @Nullable String path;

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException {
    Path file = path == null ? Xdg.config(at, KeyPlaces.KEY) : at.path(path);
    if (Files.exists(file)) { // before the questions; the write checks again
      throw new CommandFailed(file + " exists already: a key is never overwritten");
    }
    String hint = password.hint();
    byte[] secret = password.ask(at, Keys.PASSWORD_PROMPT);
    if (path == null) at.messages().info("creating default key at: " + file);
    CryptKey key = CryptKey.generate();
    KeyPlaces.writeNew(
        file, KeyFile.create(key, password.kdf(), secret, hint, now(at)).toJson());
    at.messages().info("Encryption key fingerprint: " + key.fingerprint().shortText());
  }

  static OffsetDateTime now(Surroundings at) {
    return OffsetDateTime.now(at.zone()).truncatedTo(ChronoUnit.SECONDS);
  }
}
