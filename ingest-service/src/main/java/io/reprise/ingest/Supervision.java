package io.reprise.ingest;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.reprise.platform.EndOfInput;
import io.reprise.platform.task.Tasks;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.jboss.logging.Logger;

/** How this service stops: with the command that runs it as a child, if it is one, and not before its tasks have ended. */
@ApplicationScoped
class Supervision {
  private static final Logger LOG = Logger.getLogger(Supervision.class);

  private static final Duration ENDING = Duration.ofSeconds(5);

  private final IngestConfig settings;
  private final Tasks tasks;

  Supervision(IngestConfig settings, Tasks tasks) {
    this.settings = settings;
    this.tasks = tasks;
  }

  void start(@Observes StartupEvent event) {
    if (!settings.supervised()) return;
    EndOfInput.watch(() -> {
      LOG.info("standard input has ended: stopping with the command that started this service");
      Quarkus.asyncExit();
    });
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    tasks.stop(ENDING);
  }
}
