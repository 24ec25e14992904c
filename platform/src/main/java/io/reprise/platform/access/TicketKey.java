package io.reprise.platform.access;

import io.reprise.platform.config.ConfigDirectory;
import io.reprise.platform.config.Replace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;

/** The key pair that signs tickets: Ed25519, or RSA of old installations (config.md §2). */
final class TicketKey {
  private static final String PRIVATE = "authkey.key";
  private static final String PUBLIC = "authkey.pub";

  /** rsaEncryption with no parameters, as a PKCS#8 wrapper needs it around a PKCS#1 key. */
  private static final byte[] RSA_ALGORITHM = {
    0x30,
    0x0d,
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };

  private final PrivateKey privateKey;
  private final PublicKey publicKey;

  TicketKey(PrivateKey privateKey, PublicKey publicKey) {
    this.privateKey = privateKey;
    this.publicKey = publicKey;
  }

  /** Uses the pair in the directory; makes one only where neither file stands, so that no ticket dies by accident. */
  static TicketKey loadOrMake(ConfigDirectory directory) throws IOException {
    boolean hasPrivate = Files.exists(directory.path(PRIVATE));
    boolean hasPublic = Files.exists(directory.path(PUBLIC));
    try {
      if (!hasPrivate && !hasPublic) return make(directory);
      if (!hasPrivate || !hasPublic) {
        throw new IOException(
            directory.path(hasPrivate ? PUBLIC : PRIVATE)
                + " is missing beside its other half: put it back, or remove both to log everybody out");
      }
      PublicKey publicKey = publicKey(Pem.parse(text(directory, PUBLIC), PUBLIC).der());
      return new TicketKey(privateKey(Pem.parse(text(directory, PRIVATE), PRIVATE)), publicKey);
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "the ticket keys in " + directory.path("") + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static String text(ConfigDirectory directory, String name) throws IOException {
    return Files.readString(directory.path(name), StandardCharsets.US_ASCII);
  }

  private static TicketKey make(ConfigDirectory directory)
      throws IOException, GeneralSecurityException {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Replace.file(
        directory.path(PRIVATE),
        new Pem("PRIVATE KEY", pair.getPrivate().getEncoded()).text(),
        0600);
    Replace.file(
        directory.path(PUBLIC), new Pem("PUBLIC KEY", pair.getPublic().getEncoded()).text(), 0640);
    return new TicketKey(pair.getPrivate(), pair.getPublic());
  }

  private static PublicKey publicKey(byte[] spki) throws GeneralSecurityException {
    var spec = new X509EncodedKeySpec(spki);
    try {
      return KeyFactory.getInstance("Ed25519").generatePublic(spec);
    } catch (GeneralSecurityException notEd25519) {
      return KeyFactory.getInstance("RSA").generatePublic(spec);
    }
  }

  private static PrivateKey privateKey(Pem pem) throws GeneralSecurityException {
    if (pem.label().equals("RSA PRIVATE KEY")) {
      return KeyFactory.getInstance("RSA")
          .generatePrivate(new PKCS8EncodedKeySpec(wrapped(pem.der())));
    }
    var spec = new PKCS8EncodedKeySpec(pem.der());
    try {
      return KeyFactory.getInstance("Ed25519").generatePrivate(spec);
    } catch (GeneralSecurityException notEd25519) {
      return KeyFactory.getInstance("RSA").generatePrivate(spec);
    }
  }

  private static byte[] wrapped(byte[] pkcs1) {
    var inner = new ByteArrayOutputStream();
    inner.writeBytes(new byte[] {0x02, 0x01, 0x00}); // version 0
    inner.writeBytes(RSA_ALGORITHM);
    inner.writeBytes(der(0x04, pkcs1));
    return der(0x30, inner.toByteArray());
  }

  private static byte[] der(int tag, byte[] content) {
    var out = new ByteArrayOutputStream();
    out.write(tag);
    out.write(
        0x82); // two bytes of length follow; a longer form than needed would not be DER, keys never
    // are so short
    out.write(content.length >>> 8);
    out.write(content.length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  byte[] sign(byte[] message) {
    try {
      Signature signature = algorithm();
      signature.initSign(privateKey);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign a ticket", e);
    }
  }

  boolean verify(byte[] message, byte[] given) {
    try {
      Signature signature = algorithm();
      signature.initVerify(publicKey);
      signature.update(message);
      return signature.verify(given);
    } catch (GeneralSecurityException malformed) {
      return false;
    }
  }

  private Signature algorithm() throws GeneralSecurityException {
    return Signature.getInstance(privateKey instanceof RSAPrivateKey ? "SHA256withRSA" : "Ed25519");
  }
}
