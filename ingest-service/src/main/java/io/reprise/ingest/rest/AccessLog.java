package io.reprise.ingest.rest;

import io.reprise.datastore.AuthId;
import io.reprise.platform.log.LogFile;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** {@code api/access.log}: a line for each request (config.md §7.6). Values of secret parameters are left out. */
@ApplicationScoped
class AccessLog implements RequestLog {
  private static final Logger LOG = Logger.getLogger(AccessLog.class);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MM/uuuu:HH:mm:ss xx", Locale.ROOT);
  private static final Set<String> SECRET =
      Set.of("password", "confirmation-password", "tfa-challenge");

  private final LogFile file;

  AccessLog(ApiLogs logs) {
    file = logs.log("access.log");
  }

  @Override
  public void request(
      @Nullable Peer peer,
      @Nullable AuthId who,
      String method,
      String target,
      int status,
      long bytes,
      @Nullable String agent) {
    String line = (peer == null ? "-" : peer.address())
        + " - " + (who == null ? "-" : who)
        + " [" + TIME.format(ZonedDateTime.now()) + "] \"" + method + " " + withoutSecrets(target)
        + "\" " + status + " " + bytes + " " + (agent == null ? "-" : agent);
    try {
      file.append(line);
    } catch (IOException e) {
      LOG.warnf("access.log cannot be written: %s", e.getMessage());
    }
  }

  /** A query is a form: what changes by PUT has its parameters there, passwords too. */
  static String withoutSecrets(String target) {
    int question = target.indexOf('?');
    if (question < 0) return target;
    var shown = new StringBuilder(target.substring(0, question));
    char separator = '?';
    for (String pair : target.substring(question + 1).split("&", -1)) {
      int equals = pair.indexOf('=');
      shown.append(separator);
      shown.append(
          equals > 0 && isSecret(pair.substring(0, equals))
              ? pair.substring(0, equals) + "=…"
              : pair);
      separator = '&';
    }
    return shown.toString();
  }

  private static boolean isSecret(String name) {
    try {
      return SECRET.contains(Parameters.percentDecoded(name, true));
    } catch (ApiError broken) {
      return true;
    }
  }
}
