package io.reprise.datastore.key;

import io.reprise.datastore.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * A 256-bit encryption key and what is derived from it (datastore.md §2.3, §2.4). Immutable, safe for all threads; two are
 * equal if their key bytes are. {@code toString} shows the fingerprint, never the key.
 */
public final class CryptKey {
  public static final int BYTES = 32;
  private static final int ID_ITERATIONS = 10;
  private static final byte[] ID_SALT = "_id_key".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FINGERPRINT_TEXT =
      "Proxmox Backup Encryption Key Fingerprint".getBytes(StandardCharsets.US_ASCII);

  private final byte[] key;
  private final byte[] idKey;
  private final SecretKey secret;
  private final Fingerprint fingerprint;

  /** @param key 32 bytes; copied */
  public CryptKey(byte[] key) {
    if (key.length != BYTES) {
      throw new IllegalArgumentException("an encryption key has 32 bytes, not " + key.length);
    }
    this.key = key.clone();
    secret = new SecretKeySpec(key, "AES");
    idKey = Derivation.pbkdf2(this.key, ID_SALT, ID_ITERATIONS);
    MessageDigest sha = sha256();
    byte[] constant = sha.digest(FINGERPRINT_TEXT);
    sha.update(constant);
    fingerprint = new Fingerprint(Digest.of(sha.digest(idKey)));
  }

  public static CryptKey generate() {
    byte[] key = new byte[BYTES];
    new SecureRandom().nextBytes(key);
    return new CryptKey(key);
  }

  /** The 32 key bytes; a copy, for writing them into a key file. */
  byte[] bytes() {
    return key.clone();
  }

  SecretKey secret() {
    return secret;
  }

  /** 32 bytes that key the digests of chunks and the signature of manifests. */
  public byte[] idKey() {
    return idKey.clone();
  }

  public Fingerprint fingerprint() {
    return fingerprint;
  }

  /** The name of a chunk encrypted with this key: SHA-256(data || id_key). */
  public Digest digest(byte[] data, int offset, int length) {
    MessageDigest sha = sha256();
    sha.update(data, offset, length);
    return finishDigest(sha);
  }

  /** Ends a SHA-256 that was fed with a chunk's plain data; the digest object is reset and can be used again. */
  public Digest finishDigest(MessageDigest sha256OfData) {
    return Digest.of(sha256OfData.digest(idKey));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof CryptKey other && MessageDigest.isEqual(key, other.key);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(idKey);
  }

  @Override
  public String toString() {
    return "key " + fingerprint.shortText();
  }
}
