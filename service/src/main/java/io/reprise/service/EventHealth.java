package io.reprise.service;

import io.reprise.platform.event.Events;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** How events get away. Always up: backups and restores go on without Kafka. */
@Readiness
@ApplicationScoped
class EventHealth implements HealthCheck {
  private final Events events;

  EventHealth(Events events) {
    this.events = events;
  }

  @Override
  public HealthCheckResponse call() {
    Events.Status status = events.status();
    var answer = HealthCheckResponse.named("events")
        .withData("kafka", status.connected() ? "takes events" : status.problem())
        .withData("outbox-entries", status.waiting());
    Instant oldest = status.oldest();
    if (oldest != null) answer.withData("outbox-oldest", oldest.toString());
    if (status.refused() > 0) answer.withData("refused", status.refused());
    if (status.unwritten() > 0) answer.withData("unwritten", status.unwritten());
    return answer.up().build();
  }
}
