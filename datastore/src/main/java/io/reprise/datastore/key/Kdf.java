package io.reprise.datastore.key;

/** What protects the key in a key file (datastore.md §5.4). */
public enum Kdf {
  /** Nothing: the key lies open in the file. */
  NONE,
  /** A passphrase through scrypt: 64 MiB and a fraction of a second. The usual one. */
  SCRYPT,
  /** A passphrase through PBKDF2-HMAC-SHA256: hardly any memory, so easier to attack. */
  PBKDF2;

  /** As the command line names it: {@code none}, {@code scrypt}, {@code pbkdf2}. */
  @Override
  public String toString() {
    return switch (this) {
      case NONE -> "none";
      case SCRYPT -> "scrypt";
      case PBKDF2 -> "pbkdf2";
    };
  }
}
