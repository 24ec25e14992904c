package io.reprise.ingest;

import io.quarkus.runtime.StartupEvent;
import io.reprise.datastore.AuthId;
import io.reprise.platform.access.AccessControl;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jboss.logging.Logger;

/**
 * Somebody must be able to log in and administrate: where nobody can, or a password is given for it, the start makes
 * {@code admin@pbs}. One that exists is left as it is, so that it can be disabled for good.
 */
@ApplicationScoped
class FirstAdministrator {
  private static final Logger LOG = Logger.getLogger(FirstAdministrator.class);
  private static final AuthId ADMIN = AuthId.parse("admin@pbs");
  private static final int PASSWORD_BYTES = 12;

  private final IngestConfig settings;
  private final AccessControl access;

  FirstAdministrator(IngestConfig settings, AccessControl access) {
    this.settings = settings;
    this.access = access;
  }

  /** Before the port opens. */
  @SuppressWarnings("SystemOut") // the one place where the generated password is ever shown
  void makeIfThereIsNone(@Observes @Priority(1) StartupEvent event) throws IOException {
    String given = settings.adminPassword().orElse(null);
    boolean needed = !access.hasAdministrator();
    if (access.accounts().find(ADMIN) != null) {
      if (needed) {
        LOG.warnf(
            "nobody who can log in has the role Admin on /: give it to somebody in acl.cfg, or"
                + " remove %s, which the next start then makes again",
            ADMIN);
      }
      return;
    }
    if (!needed && given == null) return;
    String password = given == null ? generated() : given;
    access.makeAdministrator(ADMIN, password);
    LOG.infof("%s was made, with Admin on /", ADMIN);
    if (given == null) {
      System.out.printf("Password of %s, shown only now: %s%n", ADMIN, password);
    }
  }

  private static String generated() {
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
