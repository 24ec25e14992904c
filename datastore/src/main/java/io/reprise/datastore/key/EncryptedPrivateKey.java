package io.reprise.datastore.key;

import io.reprise.datastore.BadFormat;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/**
 * PKCS #8 private keys under a passphrase, as OpenSSL writes them: PBES2 with PBKDF2-HMAC-SHA256 and AES-256-CBC. The JDK
 * would refuse passphrases that are not ASCII.
 */
record EncryptedPrivateKey(Derivation.Pbkdf2 derivation, byte[] iv, byte[] text) {
  private static final int ITERATIONS = 100_000;
  private static final int MAX_ITERATIONS = 50_000_000;
  private static final int SALT_BYTES = 16;
  private static final int IV_BYTES = 16;

  static byte[] seal(byte[] pkcs8, byte[] passphrase) {
    byte[] salt = random(SALT_BYTES);
    byte[] iv = random(IV_BYTES);
    try {
      byte[] text = cipher(Cipher.ENCRYPT_MODE, Derivation.pbkdf2(passphrase, salt, ITERATIONS), iv)
          .doFinal(pkcs8);
      var derivation = new KeyDerivationFunc(
          PKCSObjectIdentifiers.id_PBKDF2,
          new PBKDF2Params(
              salt,
              ITERATIONS,
              new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE)));
      var scheme =
          new EncryptionScheme(NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(iv));
      return new EncryptedPrivateKeyInfo(
              new AlgorithmIdentifier(
                  PKCSObjectIdentifiers.id_PBES2, new PBES2Parameters(derivation, scheme)),
              text)
          .getEncoded();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("encrypting a private key: " + e.getMessage(), e);
    }
  }

  /** @throws BadFormat if it is encrypted otherwise, or asks for more work than any real key does */
  static EncryptedPrivateKey parse(byte[] der) throws BadFormat {
    try {
      var info = EncryptedPrivateKeyInfo.getInstance(der);
      check(info.getEncryptionAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.id_PBES2));
      var parameters = PBES2Parameters.getInstance(info.getEncryptionAlgorithm().getParameters());
      check(
          parameters.getKeyDerivationFunc().getAlgorithm().equals(PKCSObjectIdentifiers.id_PBKDF2));
      check(parameters
          .getEncryptionScheme()
          .getAlgorithm()
          .equals(NISTObjectIdentifiers.id_aes256_CBC));
      var derivation =
          PBKDF2Params.getInstance(parameters.getKeyDerivationFunc().getParameters());
      check(derivation.getPrf().getAlgorithm().equals(PKCSObjectIdentifiers.id_hmacWithSHA256));
      byte[] iv = ASN1OctetString.getInstance(parameters.getEncryptionScheme().getParameters())
          .getOctets();
      check(iv.length == IV_BYTES);
      check(derivation.getIterationCount().bitLength() < 32);
      check(derivation.getIterationCount().intValue() <= MAX_ITERATIONS);
      check(derivation.getIterationCount().signum() > 0);
      return new EncryptedPrivateKey(
          new Derivation.Pbkdf2(derivation.getIterationCount().intValue(), derivation.getSalt()),
          iv,
          info.getEncryptedData());
    } catch (RuntimeException e) {
      throw new BadFormat(
          "encrypted private key: expected PBES2 with PBKDF2-HMAC-SHA256 and AES-256-CBC;"
              + " convert it with openssl pkcs8 -topk8 -v2 aes-256-cbc",
          e);
    }
  }

  /** @throws WrongPassphrase if it does not open */
  byte[] open(byte[] passphrase) throws IOException {
    try {
      return cipher(Cipher.DECRYPT_MODE, derivation.derive(passphrase), iv).doFinal(text);
    } catch (BadPaddingException e) {
      throw new WrongPassphrase("master private key");
    } catch (GeneralSecurityException e) {
      throw new BadFormat("encrypted private key is damaged: " + e.getMessage(), e);
    }
  }

  private static void check(boolean expected) {
    if (!expected) throw new IllegalArgumentException("another algorithm or size");
  }

  private static byte[] random(int bytes) {
    byte[] random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return random;
  }

  private static Cipher cipher(int mode, byte[] key, byte[] iv) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
    return cipher;
  }
}
