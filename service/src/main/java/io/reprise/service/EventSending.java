package io.reprise.service;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.reprise.platform.event.Events;
import io.reprise.platform.event.ProgressEvents;
import io.reprise.platform.event.StandingSnapshots;
import io.reprise.platform.event.Transport;
import io.reprise.platform.task.Tasks;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.io.IOException;

/** Makes, starts and ends what sends events. */
@ApplicationScoped
class EventSending {
  @Produces
  @Singleton
  Events events(ThisService service, Transport transport, StandingSnapshots.Stores stores) {
    return new Events(
        service.state().resolve("outbox"),
        service.replica(),
        service.node(),
        transport,
        new StandingSnapshots(stores));
  }

  void start(
      @Observes StartupEvent started,
      Events events,
      Tasks tasks,
      Transport transport,
      ThisService service) {
    events.start();
    tasks.onProgress(
        new ProgressEvents(service.node(), transport, () -> events.status().connected()));
  }

  /** After the port is closed and its sessions have ended. */
  void stop(
      @Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) ShutdownEvent stopping, Events events)
      throws IOException {
    events.close();
  }
}
