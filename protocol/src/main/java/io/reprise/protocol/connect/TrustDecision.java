package io.reprise.protocol.connect;

import org.jspecify.annotations.Nullable;

/**
 * Asked when neither the system's certificate authorities nor the expected fingerprint vouch for a server (cli.md §1.4).
 * Called on the thread that connects, without a time limit, at most once for each certificate that a {@link Connector}
 * meets; the answer holds for all its connections.
 */
@FunctionalInterface
public interface TrustDecision {
  /** Nobody to ask. */
  TrustDecision REFUSE = (host, presented, expected) -> false;

  /**
   * @param host as in the repository: without port, an IPv6 address in brackets
   * @param presented what the server shows
   * @param expected the configured or remembered fingerprint, null if there is none
   * @return true to go on with this server
   */
  boolean accept(
      String host, CertificateFingerprint presented, @Nullable CertificateFingerprint expected);
}
