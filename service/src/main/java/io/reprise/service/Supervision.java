package io.reprise.service;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.reprise.platform.EndOfInput;
import io.reprise.platform.task.Tasks;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import org.jboss.logging.Logger;

/** How a service stops: with the command that runs it as a child, if it is one, and not before its tasks have ended. */
@ApplicationScoped
class Supervision {
  private static final Logger LOG = Logger.getLogger(Supervision.class);
  private static final Duration ENDING = Duration.ofSeconds(5);
  /** Behind what ends its tasks itself, and says why; before the events close. */
  private static final int LATE = Interceptor.Priority.APPLICATION + 600;

  private final ThisService service;
  private final Tasks tasks;

  Supervision(ThisService service, Tasks tasks) {
    this.service = service;
    this.tasks = tasks;
  }

  void start(@Observes StartupEvent event) {
    if (!service.supervised()) return;
    EndOfInput.watch(() -> {
      LOG.info("standard input has ended: stopping with the command that started this service");
      Quarkus.asyncExit();
    });
  }

  void stop(@Observes @Priority(LATE) ShutdownEvent event) throws InterruptedException {
    tasks.stop(ENDING);
  }
}
