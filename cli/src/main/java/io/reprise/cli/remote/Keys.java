package io.reprise.cli.remote;

import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.remote.KeyOptions.Place;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.key.CryptKey;
import io.reprise.datastore.key.Kdf;
import io.reprise.datastore.key.KeyFile;
import io.reprise.datastore.key.MasterKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.interfaces.RSAPublicKey;
import java.time.OffsetDateTime;

/** Opens the keys that {@link KeyOptions} found; asks for passwords where needed (cli.md §1.5). */
public final class Keys {
  public static final String PASSWORD_PROMPT = "Encryption Key Password: ";

  private Keys() {}

  /** @param created when its file was made */
  public record Opened(CryptKey key, OffsetDateTime created) {}

  /** Opens an encryption key and says which it is. */
  public static Opened open(Surroundings at, Place place)
      throws CommandFailed, IOException, InterruptedException {
    at.messages().info("Using " + described("encryption", place));
    KeyFile file = KeyFile.parse(content(place));
    return new Opened(open(at, file), file.created());
  }

  /** Asks only if the file has a password: environment first, then the terminal. */
  public static CryptKey open(Surroundings at, KeyFile file)
      throws CommandFailed, IOException, InterruptedException {
    byte[] password = file.kdf() == Kdf.NONE ? new byte[0] : password(at, file);
    return file.open(() -> password);
  }

  private static byte[] password(Surroundings at, KeyFile file)
      throws CommandFailed, IOException, InterruptedException {
    String secret = Secrets.find(at, "PBS_ENCRYPTION_PASSWORD");
    if (secret == null) {
      if (!at.terminal().stdinIsTerminal()) {
        throw new CommandFailed("the encryption key has a password: set PBS_ENCRYPTION_PASSWORD or"
            + " PBS_ENCRYPTION_PASSWORD_FILE");
      }
      String hint = file.hint();
      if (hint != null) at.messages().info("Password hint: " + hint);
      secret = at.terminal().readSecret(PASSWORD_PROMPT);
    }
    return secret.getBytes(StandardCharsets.UTF_8);
  }

  /** Opens a master public key and says which it is. */
  public static RSAPublicKey openMaster(Surroundings at, Place place) throws IOException {
    at.messages().info("Using " + described("master", place));
    return MasterKey.readPublic(content(place));
  }

  private static String described(String what, Place place) {
    return switch (place) {
      case Place.Descriptor d -> what + " key from file descriptor..";
      case Place.File f when f.isDefault() -> "default " + what + " key..";
      case Place.File f -> what + " key from '" + f.path() + "'..";
    };
  }

  private static byte[] content(Place place) throws IOException {
    return switch (place) {
      case Place.File f -> Files.readAllBytes(f.path());
      case Place.Descriptor d -> Secrets.readDescriptor(d.number());
    };
  }
}
