package io.reprise.datastore.key;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.json.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * An encryption key as a file keeps it, with or without a passphrase (datastore.md §5.4). Immutable. What a file demands
 * of memory and time is bounded before anything is derived.
 */
public final class KeyFile {
  /** Shorter passphrases are refused. */
  public static final int MIN_PASSPHRASE = 5;

  private static final int MAX_HINT = 64;
  private static final int MAX_FILE = 64 << 10;
  /** Whole seconds: PBS's client reads no others. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx");

  private final @Nullable Derivation derivation;
  private final OffsetDateTime created;
  private final OffsetDateTime modified;
  private final byte[] data;
  private final @Nullable Fingerprint fingerprint;
  private final @Nullable String hint;

  private KeyFile(
      @Nullable Derivation derivation,
      OffsetDateTime created,
      OffsetDateTime modified,
      byte[] data,
      @Nullable Fingerprint fingerprint,
      @Nullable String hint) {
    this.derivation = derivation;
    this.created = created.truncatedTo(ChronoUnit.SECONDS);
    this.modified = modified.truncatedTo(ChronoUnit.SECONDS);
    this.data = data;
    this.fingerprint = fingerprint;
    this.hint = hint;
  }

  /**
   * Puts a key into a new file.
   *
   * @param passphrase ignored for {@link Kdf#NONE}
   * @param hint 1 to 64 characters, or null
   * @throws IllegalArgumentException if passphrase or hint are outside their lengths
   */
  public static KeyFile create(
      CryptKey key, Kdf kdf, byte[] passphrase, @Nullable String hint, OffsetDateTime now) {
    return make(key, kdf, passphrase, hint, now, now);
  }

  /** The same key under another passphrase or none; creation time stays. */
  public KeyFile changePassphrase(
      CryptKey key, Kdf kdf, byte[] passphrase, @Nullable String hint, OffsetDateTime now) {
    return make(key, kdf, passphrase, hint, created, now);
  }

  private static KeyFile make(
      CryptKey key,
      Kdf kdf,
      byte[] passphrase,
      @Nullable String hint,
      OffsetDateTime created,
      OffsetDateTime modified) {
    if (hint != null && (hint.isEmpty() || hint.length() > MAX_HINT)) {
      throw new IllegalArgumentException("a passphrase hint has 1 to 64 characters");
    }
    if (kdf == Kdf.NONE) {
      return new KeyFile(null, created, modified, key.bytes(), key.fingerprint(), hint);
    }
    if (passphrase.length < MIN_PASSPHRASE) {
      throw new IllegalArgumentException("a passphrase has at least 5 bytes");
    }
    byte[] salt = new byte[Derivation.SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    Derivation derivation =
        kdf == Kdf.SCRYPT ? Derivation.Scrypt.standard(salt) : Derivation.Pbkdf2.standard(salt);
    byte[] sealed =
        Sealer.sealAlone(new CryptKey(derivation.derive(passphrase)), null, key.bytes());
    return new KeyFile(derivation, created, modified, sealed, key.fingerprint(), hint);
  }

  /** @throws BadFormat if the file is no key file, see {@link #parse} */
  public static KeyFile read(Path file) throws IOException {
    if (Files.size(file) > MAX_FILE) throw new BadFormat(file + ": too large for a key file");
    return parse(Files.readAllBytes(file));
  }

  /** @throws BadFormat if a value is missing, outside its range, or demands more than 1025 MiB of memory */
  public static KeyFile parse(byte[] json) throws BadFormat {
    ObjectNode root = Json.parseObject(json, "key file");
    Derivation derivation = parseDerivation(root.get("kdf"));
    byte[] data = base64(root.get("data"), "data");
    int expected = CryptKey.BYTES + (derivation == null ? 0 : Sealer.OVERHEAD);
    if (data.length != expected) {
      throw new BadFormat("key file: data has %d bytes, expected %d: the file is damaged"
          .formatted(data.length, expected));
    }
    JsonNode fingerprint = root.get("fingerprint");
    JsonNode hint = root.get("hint");
    try {
      return new KeyFile(
          derivation,
          time(root.get("created"), "created"),
          time(root.get("modified"), "modified"),
          data,
          fingerprint == null || fingerprint.isNull()
              ? null
              : Fingerprint.parse(fingerprint.asText()),
          hint == null || hint.isNull() ? null : hint.asText());
    } catch (InvalidName e) {
      throw new BadFormat("key file: " + e.getMessage(), e);
    }
  }

  private static @Nullable Derivation parseDerivation(@Nullable JsonNode kdf) throws BadFormat {
    if (kdf == null || kdf.isNull()) return null;
    JsonNode scrypt = kdf.get("Scrypt");
    JsonNode pbkdf2 = kdf.get("PBKDF2");
    Derivation derivation;
    if (scrypt != null) {
      derivation = new Derivation.Scrypt(
          number(scrypt, "n"),
          number(scrypt, "r"),
          number(scrypt, "p"),
          base64(scrypt.get("salt"), "salt"));
    } else if (pbkdf2 != null) {
      derivation =
          new Derivation.Pbkdf2(number(pbkdf2, "iter"), base64(pbkdf2.get("salt"), "salt"));
    } else {
      throw new BadFormat("key file: unknown kdf, expected Scrypt, PBKDF2 or null");
    }
    derivation.check();
    return derivation;
  }

  private static long number(JsonNode node, String key) throws BadFormat {
    JsonNode value = node.get(key);
    if (value == null || !value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new BadFormat("key file: " + key + " is missing or not an integer");
    }
    return value.longValue();
  }

  private static byte[] base64(@Nullable JsonNode value, String key) throws BadFormat {
    try {
      if (value != null && value.isTextual()) return Base64.getDecoder().decode(value.textValue());
    } catch (IllegalArgumentException e) {
      throw new BadFormat("key file: " + key + " is not base64: the file is damaged", e);
    }
    throw new BadFormat("key file: " + key + " is missing or not a string");
  }

  private static OffsetDateTime time(@Nullable JsonNode value, String key) throws BadFormat {
    try {
      if (value != null && value.isTextual()) return OffsetDateTime.parse(value.textValue());
    } catch (DateTimeException e) {
      throw new BadFormat("key file: " + key + " is not an RFC 3339 time", e);
    }
    throw new BadFormat("key file: " + key + " is missing or not a string");
  }

  /**
   * The key itself.
   *
   * @param passphrase asked only if {@link #kdf} is not NONE
   * @throws WrongPassphrase if it does not open
   * @throws BadFormat if the key in it is not the one that the file's fingerprint names
   */
  public CryptKey open(Passphrase passphrase) throws IOException {
    byte[] plain = data;
    if (derivation != null) {
      plain = new byte[CryptKey.BYTES];
      var derived = new CryptKey(derivation.derive(passphrase.get()));
      if (!new Sealer().open(derived, ByteBuffer.wrap(data), plain)) {
        throw new WrongPassphrase("key file");
      }
    }
    var key = new CryptKey(plain);
    if (fingerprint != null && !fingerprint.equals(key.fingerprint())) {
      throw new BadFormat(
          "key file names fingerprint %s but holds %s: use a copy of it that is whole"
              .formatted(fingerprint.shortText(), key.fingerprint().shortText()));
    }
    return key;
  }

  public Kdf kdf() {
    return switch (derivation) {
      case null -> Kdf.NONE;
      case Derivation.Scrypt s -> Kdf.SCRYPT;
      case Derivation.Pbkdf2 p -> Kdf.PBKDF2;
    };
  }

  public OffsetDateTime created() {
    return created;
  }

  public OffsetDateTime modified() {
    return modified;
  }

  /** Null in old files. */
  public @Nullable Fingerprint fingerprint() {
    return fingerprint;
  }

  /** What reminds of the passphrase; null if there is none. */
  public @Nullable String hint() {
    return hint;
  }

  /** Compact JSON in PBS's key order. Write it with mode 0600. */
  public byte[] toJson() {
    ObjectNode root = Json.object();
    switch (derivation) {
      case null -> root.putNull("kdf");
      case Derivation.Scrypt s ->
        root.putObject("kdf")
            .putObject("Scrypt")
            .put("n", s.n())
            .put("r", s.r())
            .put("p", s.p())
            .put("salt", Base64.getEncoder().encodeToString(s.salt()));
      case Derivation.Pbkdf2 p ->
        root.putObject("kdf")
            .putObject("PBKDF2")
            .put("iter", p.iterations())
            .put("salt", Base64.getEncoder().encodeToString(p.salt()));
    }
    root.put("created", TIME.format(created));
    root.put("modified", TIME.format(modified));
    root.put("data", Base64.getEncoder().encodeToString(data));
    if (fingerprint != null) root.put("fingerprint", fingerprint.toString());
    if (hint != null) root.put("hint", hint);
    try {
      return Json.compact(root);
    } catch (BadFormat e) {
      throw new IllegalArgumentException("passphrase hint: " + e.getMessage(), e);
    }
  }

  /** Says what it is, never the key. */
  @Override
  public String toString() {
    return "key file (" + kdf() + ") " + (fingerprint == null ? "" : fingerprint.shortText());
  }
}
