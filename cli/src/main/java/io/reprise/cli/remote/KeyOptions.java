package io.reprise.cli.remote;

import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.manifest.CryptMode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --keyfile}, {@code --keyfd}, {@code --crypt-mode} and what follows from them (cli.md §1.5). */
public final class KeyOptions {
  static final String DEFAULT_KEY = "encryption-key.json";
  static final String DEFAULT_MASTER_KEY = "master-public.pem";

  @Option(names = "--keyfile", paramLabel = "<path>", description = "encryption key")
  private @Nullable String keyfile;

  @Option(
      names = "--keyfd",
      paramLabel = "<fd>",
      description = "encryption key from an open file descriptor")
  private @Nullable Integer keyfd;

  @Option(
      names = "--crypt-mode",
      paramLabel = "<mode>",
      description = "none, encrypt or sign-only (default: encrypt if there is a key)")
  private @Nullable String cryptMode;

  /** Where a key is. */
  public sealed interface Place {
    /** @param isDefault found in the directories of XDG, not named by an option */
    record File(Path path, boolean isDefault) implements Place {}

    record Descriptor(int number) implements Place {}
  }

  /**
   * What the options mean.
   *
   * @param key null exactly if the mode is none
   * @param master public key to which the encryption key is sealed, null if there is none
   */
  public record Choice(
      CryptMode mode, @Nullable Place key, @Nullable Place master) {}

  /** Without master key: for commands that read. */
  public Choice choose(Surroundings at) throws CommandFailed {
    return choose(at, null);
  }

  /** @param master where a master key is, if an option says so */
  Choice choose(Surroundings at, @Nullable Place master) throws CommandFailed {
    CryptMode mode = cryptMode == null ? null : CryptMode.parse(cryptMode);
    Place given = given(at);
    if (mode == CryptMode.NONE) {
      if (given != null || master != null) {
        throw new CommandFailed("--crypt-mode none goes with no key: leave the key options out");
      }
      return new Choice(CryptMode.NONE, null, null);
    }
    Place key = given != null ? given : found(at, DEFAULT_KEY);
    if (key == null) {
      if (mode == null && master == null) return new Choice(CryptMode.NONE, null, null);
      throw new CommandFailed((mode == null ? "a master key" : "--crypt-mode " + mode)
          + " needs an encryption key: give --keyfile, or make a default one with 'key create'");
    }
    return new Choice(
        mode == null ? CryptMode.ENCRYPT : mode,
        key,
        master != null ? master : found(at, DEFAULT_MASTER_KEY));
  }

  private @Nullable Place given(Surroundings at) throws CommandFailed {
    return place(at, "key", keyfile, keyfd);
  }

  static @Nullable Place place(
      Surroundings at, String what, @Nullable String file, @Nullable Integer descriptor)
      throws CommandFailed {
    if (file != null && descriptor != null) {
      throw new CommandFailed("the " + what + " is given twice: as file and as descriptor");
    }
    if (file != null) return new Place.File(at.path(file), false);
    return descriptor == null ? null : new Place.Descriptor(descriptor);
  }

  private static @Nullable Place found(Surroundings at, String name) {
    Path path = Xdg.findConfig(at, name);
    return path == null ? null : new Place.File(path, true);
  }
}
