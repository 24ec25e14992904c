package io.reprise.cli.inspect;

import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.remote.Keys;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.key.CryptKey;
import io.reprise.datastore.key.KeyFile;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --keyfile}: only a given key is used here, never the default one. */
final class LocalKey {
  @Option(names = "--keyfile", paramLabel = "<path>", description = "encryption key")
  private @Nullable String keyfile;

  /** @return null if none was given */
  @Nullable
  CryptKey open(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    return keyfile == null ? null : Keys.open(at, KeyFile.read(at.path(keyfile)));
  }
}
