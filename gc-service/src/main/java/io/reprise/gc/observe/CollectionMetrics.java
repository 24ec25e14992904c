package io.reprise.gc.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.reprise.gc.collect.Collections;
import io.reprise.gc.collect.Owner;
import io.reprise.gc.collect.SharedSweeps;
import io.reprise.gc.collect.StoreCollection;
import io.reprise.gc.references.ReferenceIndex.Figures;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** Reference indexes that this replica keeps, and what it deleted, in figures; renewed now and then. */
@ApplicationScoped
class CollectionMetrics {
  private static final Duration PERIOD = Duration.ofSeconds(10);

  private record Figure(MultiGauge gauge, ToLongFunction<Figures> value) {}

  private final Collections collections;
  private final MeterRegistry registry;
  private final List<Figure> figures = new ArrayList<>();
  private final Thread thread = new Thread(this::run, "gc-metrics");

  CollectionMetrics(Collections collections, SharedSweeps sweeps, MeterRegistry registry) {
    this.collections = collections;
    this.registry = registry;
    add("index.files", "Index files that are counted", Figures::indexFiles);
    add("data.bytes", "Bytes of all archives, before deduplication", Figures::dataBytes);
    add("chunks", "Referenced chunks", Figures::chunks);
    add("chunk.bytes", "Stored bytes of referenced chunks", Figures::chunkBytes);
    add("missing.chunks", "Referenced chunks that are not there", Figures::missing);
    add("orphans", "Chunks that wait for their deletion", Figures::orphans);
    add("orphan.bytes", "Stored bytes of those", Figures::orphanBytes);
    FunctionCounter.builder("reprise.gc.swept.chunks", sweeps, SharedSweeps::chunks)
        .description("Offered orphans that this replica deleted")
        .register(registry);
    FunctionCounter.builder("reprise.gc.swept.bytes", sweeps, SharedSweeps::bytes)
        .description("Stored bytes of those")
        .register(registry);
    thread.setDaemon(true);
  }

  private void add(String name, String what, ToLongFunction<Figures> value) {
    figures.add(new Figure(
        MultiGauge.builder("reprise.gc." + name).description(what).register(registry), value));
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
        for (Figure figure : figures) figure.gauge.register(rows(figure.value), true);
        Thread.sleep(PERIOD);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Row<?>> rows(ToLongFunction<Figures> value) {
    var rows = new ArrayList<Row<?>>();
    for (Owner owner : collections.all()) {
      StoreCollection collection = owner.current();
      if (collection != null) {
        long now = value.applyAsLong(collection.figures());
        rows.add(Row.of(Tags.of("datastore", owner.store()), now));
      }
    }
    return rows;
  }
}
