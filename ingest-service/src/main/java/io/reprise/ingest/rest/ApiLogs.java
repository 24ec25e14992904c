package io.reprise.ingest.rest;

import io.reprise.platform.log.LogFile;

/** Where the logs of requests and logins are written. */
public interface ApiLogs {
  /** @param name e.g. {@code access.log} */
  LogFile log(String name);
}
