package io.reprise.protocol.connect;

import org.jspecify.annotations.Nullable;

/** Opens trusted TLS connections to one server; what was decided about its certificate holds for all of them. */
public final class Connector {
  /**
   * @param expected fingerprint of the server's certificate; null: only certificate authorities and {@code decision} count
   * @param decision asked when neither vouches for the server
   * @param proxy null to connect directly
   */
  public Connector(
      ServerAddress server,
      @Nullable CertificateFingerprint expected,
      TrustDecision decision,
      @Nullable HttpProxy proxy) {}
}
