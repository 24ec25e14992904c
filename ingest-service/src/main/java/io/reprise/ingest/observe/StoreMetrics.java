package io.reprise.ingest.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.reprise.datastore.os.FileSystemSpace;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.PbsVersion;
import io.reprise.ingest.store.Stores;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.Section;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Datastores in figures, named as the exporters for PBS name them. Looked up by a thread of its own now and then, so that
 * whoever asks for metrics never waits for a file server.
 */
@ApplicationScoped
class StoreMetrics {
  private static final Logger LOG = Logger.getLogger(StoreMetrics.class);
  private static final Duration PERIOD = Duration.ofMinutes(1);
  /** Contents are listed every so many periods. */
  private static final int CONTENT = 5;

  private final Datastores configured;
  private final Stores stores;
  private final MeterRegistry registry;
  private final MultiGauge available;
  private final MultiGauge size;
  private final MultiGauge used;
  private final MultiGauge snapshots;
  private final MultiGauge vmSnapshots;
  private final MultiGauge vmLast;
  private final MultiGauge vmVerified;
  private final Map<String, StoreContent> contents = new HashMap<>();
  private final Thread thread = new Thread(this::run, "store-metrics");

  StoreMetrics(Datastores configured, Stores stores, MeterRegistry registry) {
    this.configured = configured;
    this.stores = stores;
    this.registry = registry;
    available = gauge("available", "Bytes that the datastore's file system has to give");
    size = gauge("size", "Bytes of the datastore's file system");
    used = gauge("used", "Bytes in use on the datastore's file system");
    snapshots = gauge("snapshot.count", "Snapshots");
    vmSnapshots = gauge("snapshot.vm.count", "Snapshots of a guest or host");
    vmLast = gauge("snapshot.vm.last.timestamp", "Time of its newest finished snapshot");
    vmVerified = gauge("snapshot.vm.last.verify", "1 if that was verified and found good, else 0");
    thread.setDaemon(true);
  }

  private MultiGauge gauge(String name, String what) {
    return MultiGauge.builder("pbs." + name).description(what).register(registry);
  }

  void start(@Observes StartupEvent started) {
    Gauge.builder("pbs.up", () -> 1).description("The server answers").register(registry);
    Gauge.builder("pbs.version", () -> 1)
        .description("Version of PBS whose protocol is spoken")
        .tags(
            "version", PbsVersion.VERSION,
            "release", PbsVersion.RELEASE,
            "repoid", PbsVersion.REPOSITORY)
        .register(registry);
    thread.start();
  }

  void stop(@Observes ShutdownEvent stopping) {
    thread.interrupt();
  }

  private void run() {
    try {
      for (int round = 0; true; round++) {
        try {
          refresh(round % CONTENT == 0);
        } catch (IOException | RuntimeException e) {
          LOG.debugf(e, "metrics of datastores are not renewed");
        }
        Thread.sleep(PERIOD);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private void refresh(boolean withContent) throws IOException {
    Set<String> names = configured.now().sections().sections().stream()
        .map(Section::id)
        .collect(Collectors.toSet());
    contents.keySet().retainAll(names);
    Map<String, FileSystemSpace> spaces = new HashMap<>();
    for (String name : names) {
      try (var use = stores.use(name, Operation.LOOKUP)) {
        Datastore datastore = use.datastore();
        spaces.put(name, datastore.space());
        if (withContent) {
          contents.computeIfAbsent(name, StoreContent::new).refresh(datastore);
        }
      } catch (IOException | ApiError e) {
        contents.remove(name);
        LOG.debugf("metrics of datastore %s are not known: %s", name, e.getMessage());
      }
    }
    register(available, spaces, FileSystemSpace::availableBytes);
    register(size, spaces, FileSystemSpace::totalBytes);
    register(used, spaces, FileSystemSpace::usedBytes);
    if (withContent) {
      snapshots.register(rows(StoreContent::snapshotRows), true);
      vmSnapshots.register(rows(c -> c.guestRows(g -> g.snapshots())), true);
      vmLast.register(rows(c -> c.guestRows(g -> g.last())), true);
      vmVerified.register(rows(c -> c.guestRows(g -> g.verified() ? 1 : 0)), true);
    }
  }

  private List<Row<?>> rows(java.util.function.Function<StoreContent, List<Row<?>>> of) {
    var rows = new ArrayList<Row<?>>();
    contents.values().forEach(content -> rows.addAll(of.apply(content)));
    return rows;
  }

  private static void register(
      MultiGauge gauge,
      Map<String, FileSystemSpace> spaces,
      ToDoubleFunction<FileSystemSpace> value) {
    var rows = new ArrayList<Row<?>>();
    spaces.forEach(
        (name, space) -> rows.add(Row.of(Tags.of("datastore", name), value.applyAsDouble(space))));
    gauge.register(rows, true);
  }
}
