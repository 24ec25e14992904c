package io.reprise.datastore.key;

import io.reprise.datastore.BadFormat;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.OffsetDateTime;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/**
 * The RSA key pair under which encryption keys are put away, so that one private key in a safe opens every backup
 * (datastore.md §5.5). PEM as OpenSSL writes it: {@code PUBLIC KEY}, {@code PRIVATE KEY}, {@code ENCRYPTED PRIVATE KEY}.
 */
public final class MasterKey {
  /** Size of generated keys; 2048 bits are too few for a key file. */
  public static final int BITS = 4096;

  private static final int MAX_BITS = 16_384;

  private MasterKey() {}

  public static KeyPair generate() {
    return generate(BITS);
  }

  static KeyPair generate(int bits) {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(bits);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has RSA", e);
    }
  }

  /** @throws BadFormat if it is not the PEM text of an RSA public key */
  public static RSAPublicKey readPublic(byte[] pem) throws BadFormat {
    byte[] der = Pem.decode(pem, "PUBLIC KEY");
    try {
      return checked((RSAPublicKey) rsa().generatePublic(new X509EncodedKeySpec(der)));
    } catch (GeneralSecurityException e) {
      throw new BadFormat("master public key is not an RSA key: " + e.getMessage(), e);
    }
  }

  /**
   * @param passphrase asked only if the key is encrypted
   * @throws WrongPassphrase if it does not open
   * @throws BadFormat if it is not the PEM text of an RSA private key, or encrypted otherwise than with PBES2, PBKDF2 and
   *     AES-256-CBC
   */
  public static RSAPrivateKey readPrivate(byte[] pem, Passphrase passphrase) throws IOException {
    byte[] der = Pem.holds(pem, "ENCRYPTED PRIVATE KEY")
        ? EncryptedPrivateKey.parse(Pem.decode(pem, "ENCRYPTED PRIVATE KEY")).open(passphrase.get())
        : Pem.decode(pem, "PRIVATE KEY");
    try {
      return checked((RSAPrivateKey) rsa().generatePrivate(new PKCS8EncodedKeySpec(der)));
    } catch (GeneralSecurityException e) {
      throw new BadFormat("master private key is not an RSA key: " + e.getMessage(), e);
    }
  }

  private static <K extends RSAKey & Key> K checked(K key) throws BadFormat {
    BigInteger modulus = key.getModulus();
    if (modulus.bitLength() > MAX_BITS) {
      throw new BadFormat(
          "master key has " + modulus.bitLength() + " bits, at most 16384 are sane");
    }
    return key;
  }

  public static byte[] writePublic(RSAPublicKey key) {
    return Pem.encode("PUBLIC KEY", key.getEncoded());
  }

  /** @param passphrase at least 5 bytes; null leaves the key open */
  public static byte[] writePrivate(RSAPrivateKey key, byte @Nullable [] passphrase) {
    if (passphrase == null) return Pem.encode("PRIVATE KEY", key.getEncoded());
    if (passphrase.length < KeyFile.MIN_PASSPHRASE) {
      throw new IllegalArgumentException("a passphrase has at least 5 bytes");
    }
    return Pem.encode(
        "ENCRYPTED PRIVATE KEY", EncryptedPrivateKey.seal(key.getEncoded(), passphrase));
  }

  /**
   * The payload of {@code rsa-encrypted.key.blob}: as long as the modulus.
   *
   * @param created of the key's own file
   * @throws BadFormat if the master key is too small
   */
  public static byte[] wrap(
      RSAPublicKey master, CryptKey key, OffsetDateTime created, OffsetDateTime now)
      throws BadFormat {
    byte[] json = KeyFile.create(key, Kdf.NONE, new byte[0], null, created)
        .changePassphrase(key, Kdf.NONE, new byte[0], null, now)
        .toJson();
    int room = (master.getModulus().bitLength() + 7) / 8 - 11;
    if (json.length > room) {
      throw new BadFormat(
          "master key of %d bits is too small for a key of %d bytes: make one with 4096 bits"
              .formatted(master.getModulus().bitLength(), json.length));
    }
    try {
      return cipher(Cipher.ENCRYPT_MODE, master).doFinal(json);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("RSA: " + e.getMessage(), e);
    }
  }

  /** @throws BadFormat if it was wrapped for another master key, or is damaged */
  public static KeyFile unwrap(RSAPrivateKey master, byte[] wrapped) throws BadFormat {
    try {
      return KeyFile.parse(cipher(Cipher.DECRYPT_MODE, master).doFinal(wrapped));
    } catch (GeneralSecurityException e) {
      throw new BadFormat(
          "wrapped key does not open with this master key: it was made for another, or is damaged",
          e);
    }
  }

  private static Cipher cipher(int mode, Key key) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
    cipher.init(mode, key);
    return cipher;
  }

  private static KeyFactory rsa() throws GeneralSecurityException {
    return KeyFactory.getInstance("RSA");
  }
}
