package io.reprise.ingest;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import io.reprise.platform.EndOfInput;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

/** Stops this service with the command that runs it as a child. */
@ApplicationScoped
class Supervision {
  private static final Logger LOG = Logger.getLogger(Supervision.class);

  private final IngestConfig settings;

  Supervision(IngestConfig settings) {
    this.settings = settings;
  }

  void start(@Observes StartupEvent event) {
    if (!settings.supervised()) return;
    EndOfInput.watch(() -> {
      LOG.info("standard input has ended: stopping with the command that started this service");
      Quarkus.asyncExit();
    });
  }
}
