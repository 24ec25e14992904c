package io.reprise.gc.space;

import io.reprise.datastore.json.Json;
import io.reprise.gc.collect.Collections;
import io.reprise.gc.collect.Owner;
import io.reprise.gc.collect.StoreCollection;
import io.reprise.platform.config.Replace;
import io.reprise.platform.event.Events;
import io.reprise.platform.event.GuestSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Publishes what guests take, whenever it has changed in a reference index that is kept here: as
 * {@code <state>/status/space-<store>.json}, and as an event for each guest whose figures are others. While Kafka is away
 * only the last figures wait for it.
 */
public final class SpaceReports implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(SpaceReports.class);
  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final long PATIENCE_SECONDS = 10;
  private static final int MODE = 0644;

  private final Collections collections;
  private final Events events;
  private final Path status;
  private final Map<String, StoreSpace> current = new ConcurrentHashMap<>();
  private final Map<String, GuestSpace> told = new HashMap<>(); // by key; the thread's own
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "space");

  /** @param status directory of the files */
  public SpaceReports(Collections collections, Events events, Path status) {
    this.collections = collections;
    this.events = events;
    this.status = status;
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** By datastore, of those whose index is kept here. */
  public Map<String, StoreSpace> current() {
    return Map.copyOf(current);
  }

  private void run() {
    try {
      do {
        try {
          look();
        } catch (IOException | RuntimeException e) {
          LOG.debugf(e, "figures of space are published later");
        }
      } while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() throws IOException, InterruptedException {
    for (Owner owner : collections.all()) {
      StoreCollection collection = owner.current();
      if (collection == null) {
        current.remove(owner.store()); // whoever keeps the index now tells
        continue;
      }
      StoreSpace now = StoreSpace.of(owner.store(), collection.index().spaces());
      if (!now.equals(current.get(owner.store()))) {
        Files.createDirectories(status);
        Replace.file(
            status.resolve("space-" + owner.store() + ".json"),
            Json.compact(now.toJson(Instant.now())),
            MODE);
        current.put(owner.store(), now);
      }
      tell(owner.store(), now);
    }
  }

  private void tell(String store, StoreSpace now) throws InterruptedException {
    var gone = new HashMap<String, GuestSpace>();
    told.forEach((key, guest) -> {
      if (guest.store().equals(store)) gone.put(key, guest);
    });
    for (GuestSpace guest : now.guests()) {
      gone.remove(guest.key());
      if (!guest.equals(told.get(guest.key())) && !tell(guest)) return;
      told.put(guest.key(), guest);
    }
    for (var guest : gone.entrySet()) {
      GuestSpace was = guest.getValue();
      if (!tell(new GuestSpace(store, was.namespace(), was.group(), 0, 0, 0, 0))) return;
      told.remove(guest.getKey());
    }
  }

  private boolean tell(GuestSpace guest) throws InterruptedException {
    if (!events.status().connected()) return false;
    try {
      events.tell(guest).toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException | TimeoutException later) {
      return false;
    }
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
  }
}
