package io.reprise.ingest.rest;

import io.reprise.datastore.AuthId;
import org.jspecify.annotations.Nullable;

/** Told of every request that was answered. */
interface RequestLog {
  /**
   * @param who null if nobody was proved
   * @param target path and query as they came
   * @param bytes of the answer's body
   */
  void request(
      @Nullable Peer peer,
      @Nullable AuthId who,
      String method,
      String target,
      int status,
      long bytes,
      @Nullable String agent);
}
