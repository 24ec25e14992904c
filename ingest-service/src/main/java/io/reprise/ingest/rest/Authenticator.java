package io.reprise.ingest.rest;

import io.reprise.datastore.AuthId;
import org.jspecify.annotations.Nullable;

/** Finds out who sent a request (protocol.md §1.6). */
interface Authenticator {
  /**
   * @param cookie the {@code Cookie} header
   * @param csrf the {@code CSRFPreventionToken} header
   * @param authorization the {@code Authorization} header
   * @param changes a method other than GET, for which a cookie needs the CSRF token too
   * @throws ApiError 401
   */
  Caller authenticate(
      @Nullable String cookie,
      @Nullable String csrf,
      @Nullable String authorization,
      boolean changes);

  /** A caller whose identity is already proved. */
  Caller caller(AuthId id);
}
