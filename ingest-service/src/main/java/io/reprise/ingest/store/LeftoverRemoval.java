package io.reprise.ingest.store;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.ingest.rest.ApiError;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.Section;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Removes what processes left that were killed: unfinished snapshots at start and often, temporary chunk files seldom, as
 * that reads all chunk directories, and with them lock files of snapshots that a PBS removed. What a living writer on any
 * host may want stays (datastore's {@code Leftovers}).
 */
@ApplicationScoped
class LeftoverRemoval {
  private static final Logger LOG = Logger.getLogger(LeftoverRemoval.class);

  private final Datastores configured;
  private final Stores stores;
  private final Duration often;
  private final Duration seldom;
  private final Thread thread = Thread.ofPlatform().daemon().name("leftovers").unstarted(this::run);

  LeftoverRemoval(Datastores configured, Stores stores, LeftoverConfig settings) {
    this.configured = configured;
    this.stores = stores;
    often = settings.interval();
    seldom = settings.chunksInterval();
  }

  /** What is to be done with each datastore. */
  private interface Work {
    void on(Datastore datastore) throws IOException;
  }

  void start(@Observes StartupEvent started) {
    thread.start();
  }

  void stop(@Observes ShutdownEvent stopping) {
    thread.interrupt();
  }

  private void run() {
    long last = System.nanoTime();
    try {
      while (true) {
        everywhere(LeftoverRemoval::removeUnfinished);
        Thread.sleep(often);
        if (System.nanoTime() - last < seldom.toNanos()) continue;
        everywhere(LeftoverRemoval::removeChunks);
        everywhere(Datastore::removeLeftoverLocks);
        last = System.nanoTime();
      }
    } catch (InterruptedException stopping) {
      // the next start goes on
    }
  }

  private static void removeUnfinished(Datastore datastore) throws IOException {
    List<String> removed = datastore.removeUnfinished();
    if (removed.isEmpty()) return;
    LOG.infof(
        "datastore %s: unfinished snapshots removed, whose backups are gone: %s",
        datastore.name(), String.join(", ", removed));
  }

  private static void removeChunks(Datastore datastore) throws IOException {
    long removed = datastore.removeLeftoverChunks();
    if (removed == 0) return;
    LOG.infof(
        "datastore %s: %d temporary chunk files of dead writers removed",
        datastore.name(), removed);
  }

  private void everywhere(Work work) {
    List<Section> sections;
    try {
      sections = List.copyOf(configured.now().sections().sections());
    } catch (IOException | RuntimeException e) {
      LOG.warnf("leftovers cannot be looked for: %s", e.getMessage());
      return;
    }
    for (Section section : sections) {
      try (var use = stores.use(section.id(), Operation.WRITE)) {
        work.on(use.datastore());
      } catch (ApiError inMaintenance) {
        // another time
      } catch (IOException | RuntimeException e) {
        LOG.warnf("datastore %s: leftovers stay for now: %s", section.id(), e.getMessage());
      }
    }
  }
}
