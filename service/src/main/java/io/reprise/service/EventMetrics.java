package io.reprise.service;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.reprise.platform.event.Events;
import io.reprise.platform.event.Events.Status;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Outbox and Kafka in figures. */
@ApplicationScoped
class EventMetrics {
  private final Events events;
  private final MeterRegistry registry;
  private final List<Meter> meters = new ArrayList<>();

  EventMetrics(Events events, MeterRegistry registry) {
    this.events = events;
    this.registry = registry;
  }

  void start(@Observes StartupEvent started) {
    gauge("reprise.outbox.entries", "Events that Kafka has not acknowledged yet", Status::waiting);
    gauge(
        "reprise.outbox.oldest.timestamp.seconds",
        "When the oldest event in the outbox was made; 0 if there is none",
        EventMetrics::oldest);
    gauge("reprise.kafka.connected", "1 if Kafka takes events", s -> s.connected() ? 1 : 0);
    counter("reprise.events.sent", "Events that Kafka acknowledged", Status::sent);
    counter(
        "reprise.events.dropped", "Events of snapshots that never came to stand", Status::dropped);
    counter("reprise.events.refused", "Events that were set aside", Status::refused);
    counter("reprise.events.unwritten", "Events that found no outbox", Status::unwritten);
  }

  /** The registry outlives this; a figure of the same name would then still be read from here. */
  @PreDestroy
  void stop() {
    meters.forEach(registry::remove);
  }

  private static double oldest(Status status) {
    Instant oldest = status.oldest();
    return oldest == null ? 0 : oldest.getEpochSecond();
  }

  private void gauge(String name, String what, ToDoubleFunction<Status> value) {
    meters.add(Gauge.builder(name, events, e -> value.applyAsDouble(e.status()))
        .description(what)
        .register(registry));
  }

  private void counter(String name, String what, ToDoubleFunction<Status> value) {
    meters.add(FunctionCounter.builder(name, events, e -> value.applyAsDouble(e.status()))
        .description(what)
        .register(registry));
  }
}
