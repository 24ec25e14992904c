package io.reprise.ingest.upgrade;

import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.ApiError;
import java.io.IOException;

/** Opens backup and reader sessions; implemented by the session engine as an application-scoped bean. */
public interface SessionUpgrade {
  /**
   * Makes all checks that come after parameters and privileges (protocol.md §3.1 checks 3 and 5 to 12, §4.1 checks 3, 5
   * and 6), takes the locks and starts the task. Called on a virtual thread; may block.
   *
   * @throws ApiError the answer that the client gets instead of 101
   * @throws IOException answered as 400 with its message
   */
  Answer.Session open(UpgradeRequest request) throws IOException;
}
