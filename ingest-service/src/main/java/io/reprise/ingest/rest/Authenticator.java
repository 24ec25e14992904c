package io.reprise.ingest.rest;

import io.reprise.datastore.AuthId;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Finds out who sent a request (protocol.md §1.6). */
interface Authenticator {
  /**
   * @param peer for the log; null if unknown
   * @param cookie the {@code Cookie} header
   * @param csrf the {@code CSRFPreventionToken} header
   * @param authorization the {@code Authorization} header
   * @param changes a method other than GET, for which a cookie needs the CSRF token too
   * @throws ApiError 401
   * @throws IOException if the files of users or rights cannot be read
   */
  Caller authenticate(
      @Nullable Peer peer,
      @Nullable String cookie,
      @Nullable String csrf,
      @Nullable String authorization,
      boolean changes)
      throws IOException;

  /** A caller whose identity is already proved. */
  Caller caller(AuthId id) throws IOException;
}
