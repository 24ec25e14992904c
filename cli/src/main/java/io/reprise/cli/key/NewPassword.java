package io.reprise.cli.key;

import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.key.Kdf;
import io.reprise.datastore.key.KeyFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a key is to be protected: {@code --kdf}, {@code --hint}, and a password asked twice on a terminal. */
final class NewPassword {
  private static final int MAX_HINT = 64;

  @Option(
      names = "--kdf",
      paramLabel = "<kdf>",
      description = "scrypt, pbkdf2 or none: without password (default: scrypt)")
  private String kdf = "scrypt";

  @Option(names = "--hint", paramLabel = "<text>", description = "password hint, stored readable")
  private @Nullable String hint;

  Kdf kdf() throws CommandFailed {
    return switch (kdf) {
      case "scrypt" -> Kdf.SCRYPT;
      case "pbkdf2" -> Kdf.PBKDF2;
      case "none" -> Kdf.NONE;
      default -> throw new CommandFailed("unknown kdf '" + kdf + "': use scrypt, pbkdf2 or none");
    };
  }

  @Nullable
  String hint() throws CommandFailed {
    if (hint != null && (hint.isEmpty() || hint.length() > MAX_HINT)) {
      throw new CommandFailed("--hint must have 1 to " + MAX_HINT + " characters");
    }
    if (hint != null && kdf() == Kdf.NONE) {
      throw new CommandFailed("--hint goes with a password, not with --kdf none");
    }
    return hint;
  }

  /** Empty for {@code --kdf none}; else asked for, whatever the environment says. */
  byte[] ask(Surroundings at, String prompt) throws CommandFailed, IOException {
    return kdf() == Kdf.NONE ? new byte[0] : askTwice(at, prompt);
  }

  static byte[] askTwice(Surroundings at, String prompt) throws CommandFailed, IOException {
    if (!at.terminal().stdinIsTerminal()) {
      throw new CommandFailed("a password is asked for on a terminal only; --kdf none needs none");
    }
    String password = at.terminal().readSecret(prompt);
    byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
    if (bytes.length < KeyFile.MIN_PASSPHRASE) {
      throw new CommandFailed("the password must have at least 5 characters");
    }
    if (!password.equals(at.terminal().readSecret("Verify Password: "))) {
      throw new CommandFailed("the two passwords differ");
    }
    return bytes;
  }
}
