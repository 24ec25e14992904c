package io.reprise.datastore.manifest;

import io.reprise.datastore.InvalidName;

/** How a file of a snapshot is protected (datastore.md §5.1). */
public enum CryptMode {
  NONE,
  ENCRYPT,
  /** Data as without a key; only the manifest is signed. */
  SIGN_ONLY;

  /** @throws InvalidName unless {@code none}, {@code encrypt} or {@code sign-only} */
  public static CryptMode parse(String text) {
    return switch (text) {
      case "none" -> NONE;
      case "encrypt" -> ENCRYPT;
      case "sign-only" -> SIGN_ONLY;
      default -> throw new InvalidName("crypt mode", text, "none, encrypt or sign-only");
    };
  }

  @Override
  public String toString() {
    return switch (this) {
      case NONE -> "none";
      case ENCRYPT -> "encrypt";
      case SIGN_ONLY -> "sign-only";
    };
  }
}
