package io.reprise.gc.observe;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.reprise.gc.verify.Scrub;
import io.reprise.gc.verify.StoreVerifier;
import io.reprise.gc.verify.Verifiers;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Corrupt chunks and the scrubs of this replica in figures; renewed now and then. */
@ApplicationScoped
class VerifyMetrics {
  private static final Duration PERIOD = Duration.ofSeconds(10);

  private record Figure(
      MultiGauge gauge, ToDoubleFunction<StoreVerifier> value, boolean scrubOnly) {}

  private final Verifiers verifiers;
  private final MeterRegistry registry;
  private final List<Figure> figures = new ArrayList<>();
  private final Thread thread = new Thread(this::run, "verify-metrics");

  VerifyMetrics(Verifiers verifiers, MeterRegistry registry) {
    this.verifiers = verifiers;
    this.registry = registry;
    add(
        "bad.chunks",
        "Corrupt chunks set aside since the start",
        false,
        StoreVerifier::corruptChunks);
    add(
        "scrub.bytes",
        "Stored bytes that the scrub read since the start",
        true,
        each -> each.scrub().bytes());
    add(
        "scrub.done",
        "Part of the datastore that the scrub has proved within its time, 0 to 1",
        true,
        each -> each.scrub().state().done());
    add(
        "chunk.age",
        "Seconds since the scrub was at the directory that it left alone longest; since 1970 if never",
        true,
        each -> Instant.now().getEpochSecond() - each.scrub().state().oldest());
    thread.setDaemon(true);
  }

  private void add(
      String name, String what, boolean scrubOnly, ToDoubleFunction<StoreVerifier> value) {
    var gauge = MultiGauge.builder("reprise.verify." + name).description(what).register(registry);
    figures.add(new Figure(gauge, value, scrubOnly));
  }

  void start(@Observes StartupEvent started) {
    thread.start();
  }

  void stop(@Observes ShutdownEvent stopping) {
    thread.interrupt();
  }

  private void run() {
    try {
      while (true) {
        for (Figure figure : figures) figure.gauge.register(rows(figure), true);
        Thread.sleep(PERIOD);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Row<?>> rows(Figure figure) {
    var rows = new ArrayList<Row<?>>();
    for (StoreVerifier each : verifiers.all()) {
      Scrub.State scrub = each.scrub().state();
      if (!each.isHere() || (figure.scrubOnly && !scrub.configured())) continue;
      rows.add(Row.of(Tags.of("datastore", each.store()), figure.value.applyAsDouble(each)));
    }
    return rows;
  }
}
