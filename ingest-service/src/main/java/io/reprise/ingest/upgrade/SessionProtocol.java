package io.reprise.ingest.upgrade;

import io.reprise.ingest.rest.ApiError;
import java.io.IOException;

/** Opens the sessions of one protocol; every bean of this type is known to {@link Sessions}. */
public interface SessionProtocol {
  UpgradeRequest.Protocol protocol();

  /**
   * As {@link SessionUpgrade#open}; runs on a virtual thread and may block.
   *
   * @throws ApiError the answer that the client gets instead of 101
   * @throws IOException answered as 400 with its message
   */
  StreamSession open(UpgradeRequest request) throws IOException;
}
