package io.reprise.cli.remote;

import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.terminal.Surroundings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --master-pubkey-file}, {@code --master-pubkey-fd} (cli.md §1.5). */
public final class MasterKeyOptions {
  @Option(
      names = "--master-pubkey-file",
      paramLabel = "<path>",
      description = "RSA public key to which the encryption key is sealed")
  private @Nullable String file;

  @Option(
      names = "--master-pubkey-fd",
      paramLabel = "<fd>",
      description = "the same, from a descriptor")
  private @Nullable Integer descriptor;

  /** The whole choice of keys of a backup. */
  public KeyOptions.Choice choose(Surroundings at, KeyOptions keys) throws CommandFailed {
    return keys.choose(at, KeyOptions.place(at, "master key", file, descriptor));
  }
}
