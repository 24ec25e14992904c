package io.reprise.ingest.rest;

import io.reprise.datastore.AuthId;
import io.reprise.platform.log.LogFile;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** {@code api/auth.log}, in the words that filters for PBS's know (config.md §7.6). */
@ApplicationScoped
public class AuthLog {
  private static final Logger LOG = Logger.getLogger(AuthLog.class);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx");

  private final LogFile file;

  AuthLog(ApiLogs logs) {
    file = logs.log("auth.log");
  }

  /** A login by password or ticket; the use of a token is not logged. */
  public void success(AuthId user) {
    write("successful auth for user '" + user + "'");
  }

  /** @param user as it was given, null if none was */
  public void failure(@Nullable Peer peer, @Nullable String user, String reason) {
    write("authentication failure; rhost=" + (peer == null ? "unknown" : peer)
        + (user == null ? "" : " user=" + user) + " msg=" + reason);
  }

  private void write(String text) {
    try {
      file.append(TIME.format(ZonedDateTime.now()) + ": " + text);
    } catch (IOException e) {
      LOG.warnf("auth.log cannot be written (%s): %s", e.getMessage(), text);
    }
  }
}
