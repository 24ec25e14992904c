package io.reprise.protocol.connect;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whether a server is the one meant (cli.md §1.4): its leaf certificate has the expected fingerprint, or its chain is valid
 * for the host by the system's authorities, or somebody said so. The order saves loading the authorities; both suffice.
 *
 * <p>A handshake never waits for a person: it fails, {@link #decide} asks, and the connector tries again.
 */
final class ServerTrust extends X509ExtendedTrustManager {
  /** The first that is there: Debian, Fedora, SUSE, Alpine. */
  private static final List<Path> SYSTEM_AUTHORITIES = List.of(
      Path.of("/etc/ssl/certs/ca-certificates.crt"),
      Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
      Path.of("/etc/ssl/ca-bundle.pem"),
      Path.of("/etc/ssl/cert.pem"));
  /** As OpenSSL names a certificate in a directory: by the hash of its subject. */
  private static final Pattern HASHED = Pattern.compile("[0-9a-f]{8}\\.[0-9]+");

  private final String host;
  private final @Nullable CertificateFingerprint expected;
  private final TrustDecision decision;
  private final Set<CertificateFingerprint> accepted = new HashSet<>();
  private final Set<CertificateFingerprint> refused = new HashSet<>();
  private @Nullable X509ExtendedTrustManager authorities;

  ServerTrust(String host, @Nullable CertificateFingerprint expected, TrustDecision decision) {
    this.host = host;
    this.expected = expected;
    this.decision = decision;
    if (expected != null) accepted.add(expected);
  }

  /** The certificate is not trusted so far. */
  static final class NotTrusted extends CertificateException {
    private static final long serialVersionUID = 1;
    private final CertificateFingerprint presented;

    NotTrusted(CertificateFingerprint presented, CertificateException reason) {
      super(reason.getMessage(), reason);
      this.presented = presented;
    }

    CertificateFingerprint presented() {
      return presented;
    }
  }

  /**
   * Asks, unless that certificate was decided before.
   *
   * @return true if a further attempt will succeed
   */
  synchronized boolean decide(CertificateFingerprint presented) {
    if (accepted.contains(presented)) return true;
    if (refused.contains(presented)) return false;
    boolean yes = decision.accept(host, presented, expected);
    (yes ? accepted : refused).add(presented);
    return yes;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    var presented = CertificateFingerprint.of(chain[0]);
    if (isAccepted(presented)) return;
    try {
      authorities().checkServerTrusted(chain, authType, engine);
    } catch (CertificateException e) {
      throw new NotTrusted(presented, e);
    }
  }

  private synchronized boolean isAccepted(CertificateFingerprint presented) {
    return accepted.contains(presented);
  }

  /** The system's as OpenSSL finds them, else the JDK's own. */
  private synchronized X509ExtendedTrustManager authorities() throws CertificateException {
    if (authorities != null) return authorities;
    try {
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(systemAuthorities());
      for (var manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager x509) return authorities = x509;
      }
      throw new CertificateException("this JDK has no X.509 trust manager");
    } catch (GeneralSecurityException | IOException e) {
      throw new CertificateException(
          "cannot load the system's certificate authorities: " + e.getMessage(), e);
    }
  }

  private static @Nullable KeyStore systemAuthorities()
      throws GeneralSecurityException, IOException {
    List<Path> bundles = bundles(System.getenv("SSL_CERT_FILE"), System.getenv("SSL_CERT_DIR"));
    return bundles.isEmpty() ? null : load(bundles);
  }

  /**
   * The files with the authorities.
   *
   * @param file instead of the system's bundle
   * @param directories with a file for each authority besides, divided by colons
   */
  static List<Path> bundles(@Nullable String file, @Nullable String directories)
      throws IOException {
    var found = new ArrayList<Path>();
    for (Path bundle : file == null ? SYSTEM_AUTHORITIES : List.of(Path.of(file))) {
      if (found.isEmpty() && Files.isReadable(bundle)) found.add(bundle);
    }
    if (directories == null) return found;
    for (String directory : directories.split(":")) {
      if (directory.isEmpty() || !Files.isDirectory(Path.of(directory))) continue;
      try (var files = Files.list(Path.of(directory))) {
        files
            .filter(f -> HASHED.matcher(f.getFileName().toString()).matches())
            .filter(Files::isReadable)
            .forEach(found::add);
      }
    }
    return found;
  }

  private static KeyStore load(List<Path> bundles) throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int n = 0;
    for (Path bundle : bundles) {
      try (InputStream in = Files.newInputStream(bundle)) {
        for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
          store.setCertificateEntry("ca" + n++, certificate);
        }
      }
    }
    return store;
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }

  // Only engines of clients are ever made with this; all other ways in are closed.

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("the host is not known here");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("only engines are checked here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("clients are not checked here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("clients are not checked here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("clients are not checked here");
  }
}
