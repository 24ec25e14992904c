package io.reprise.ingest.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;

/**
 * {@code proxy.pem} and {@code proxy.key} (config.md §2). An existing pair is used and never replaced, because clients
 * pin its fingerprint; only when both are missing a self-signed pair is made.
 *
 * @param chain PEM, the server's own certificate first
 * @param key PEM, PKCS#1 or PKCS#8
 * @param fingerprint SHA-256 of the first certificate, lower-case hex pairs joined by {@code :}
 * @param made true if this call made it
 */
@SuppressWarnings("ArrayRecordComponent") // carried from the files to TLS, never compared
public record ServerCertificate(byte[] chain, byte[] key, String fingerprint, boolean made) {
  private static final String CHAIN_FILE = "proxy.pem";
  private static final String KEY_FILE = "proxy.key";
  private static final int WAIT_MILLIS = 50;
  private static final int WAIT_TIMES = 400;

  /**
   * @param config the configuration directory
   * @param host name of this host for a certificate that has to be made
   */
  public static ServerCertificate loadOrMake(Path config, String host) throws IOException {
    Path chain = config.resolve(CHAIN_FILE);
    Path key = config.resolve(KEY_FILE);
    boolean made = !Files.exists(chain) && !Files.exists(key) && make(config, host);
    if (!made) waitForTheOther(chain, key);
    byte[] chainBytes = Files.readAllBytes(chain);
    return new ServerCertificate(
        chainBytes, Files.readAllBytes(key), fingerprint(chain, chainBytes), made);
  }

  /** A text that changes when either file is replaced. */
  public static String state(Path config) throws IOException {
    var state = new StringBuilder();
    for (String name : new String[] {CHAIN_FILE, KEY_FILE}) {
      Path file = config.resolve(name);
      state
          .append(Files.getAttribute(file, "unix:ino"))
          .append(' ')
          .append(Files.getLastModifiedTime(file))
          .append(' ');
    }
    return state.toString();
  }

  /** @return false if another process was faster and its pair counts */
  private static boolean make(Path config, String host) throws IOException {
    SelfSigned pair = SelfSigned.make(host);
    Path newKey = temporary(config, "proxy.key.", pair.keyPem());
    Path newChain = temporary(config, "proxy.pem.", pair.certificatePem());
    try {
      // A link, unlike a rename, never replaces what is there.
      Files.createLink(config.resolve(KEY_FILE), newKey);
      Files.createLink(config.resolve(CHAIN_FILE), newChain);
      return true;
    } catch (FileAlreadyExistsException faster) {
      return false;
    } finally {
      Files.delete(newKey);
      Files.delete(newChain);
    }
  }

  private static Path temporary(Path config, String prefix, String content) throws IOException {
    Path file = Files.createTempFile(config, prefix, ".tmp");
    Files.writeString(file, content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
  }

  /** Another process makes the key first and the certificate a moment later. */
  private static void waitForTheOther(Path chain, Path key) throws IOException {
    for (int i = 0; i < WAIT_TIMES; i++) {
      if (Files.exists(chain) && Files.exists(key)) return;
      try {
        Thread.sleep(WAIT_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    Path missing = Files.exists(chain) ? key : chain;
    Path present = Files.exists(chain) ? chain : key;
    throw new IOException(missing + " is missing beside " + present
        + ": put it back, or move the other away to have a new pair made"
        + " (clients must then be told the new fingerprint)");
  }

  private static String fingerprint(Path file, byte[] pem) throws IOException {
    try {
      var leaf = CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(pem));
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(leaf.getEncoded());
      return HexFormat.ofDelimiter(":").formatHex(digest);
    } catch (CertificateException e) {
      throw new IOException(file + " holds no certificate in PEM: " + e.getMessage(), e);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e); // SHA-256 is always there
    }
  }
}
