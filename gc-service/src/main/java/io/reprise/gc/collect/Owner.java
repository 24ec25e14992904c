package io.reprise.gc.collect;

import io.reprise.datastore.InvalidName;
import io.reprise.datastore.snapshot.DatastoreConfig;
import io.reprise.datastore.snapshot.Maintenance;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.GarbageSettings;
import io.reprise.platform.config.RepriseConfig;
import io.reprise.platform.event.Events;
import io.reprise.platform.job.Lease;
import io.reprise.platform.job.Leases;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Owns the reference index of one datastore, if no other replica does.
 *
 * <pre>
 * waiting ── lease taken ──→ owning ── lease lost, configuration changed, index damaged, stop ──→ waiting
 * </pre>
 */
public final class Owner {
  private static final Logger LOG = Logger.getLogger(Owner.class);
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final String store;
  private final Settings settings;
  private final Datastores configured;
  private final RepriseConfig own;
  private final Leases leases;
  private final Events events;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread;
  private volatile boolean stopped;
  private volatile @Nullable StoreCollection current;
  private volatile String problem = "";

  Owner(
      String store,
      Settings settings,
      Datastores configured,
      RepriseConfig own,
      Leases leases,
      Events events) {
    this.store = store;
    this.settings = settings;
    this.configured = configured;
    this.own = own;
    this.leases = leases;
    this.events = events;
    thread = Thread.ofPlatform().name("gc " + store).daemon().unstarted(this::run);
  }

  /** Name of the lease that makes a replica the owner. */
  public static String lease(String store) {
    return "index-" + store;
  }

  public String store() {
    return store;
  }

  /** @return null while this replica does not own the index */
  public @Nullable StoreCollection current() {
    return current;
  }

  /** Why nothing is done; empty if all is well. */
  public String problem() {
    StoreCollection collection = current;
    return collection == null ? problem : collection.problem();
  }

  /** Something was removed, or may be deleted now: a pass is to come soon. */
  public void hint() {
    StoreCollection collection = current;
    if (collection != null) collection.soon();
    wake.release();
  }

  void start() {
    thread.start();
  }

  void stop() {
    stopped = true;
    wake.release();
  }

  void join(Duration patience) {
    try {
      thread.join(patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!stopped) {
      try {
        DatastoreConfig config = usable();
        Lease lease = config == null ? null : leases.tryAcquire(lease(store));
        if (config != null && lease != null) own(config, lease);
        else if (config != null) problem = ""; // another replica has it
      } catch (IOException | InvalidName e) {
        fail(String.valueOf(e.getMessage()));
      } catch (RuntimeException | Error e) {
        LOG.errorf(e, "%s: collection failed, it begins again", store);
        problem = String.valueOf(e);
      }
      if (!stopped) sleep(RETRY);
    }
  }

  private void fail(String message) {
    if (!message.equals(problem)) LOG.warnf("%s: %s", store, message);
    problem = message;
  }

  /** @return null while nothing may be changed in it */
  private @Nullable DatastoreConfig usable() throws IOException {
    DatastoreConfig config = configured.find(store);
    if (config == null) return null;
    Maintenance maintenance = config.maintenance();
    String refusal = maintenance == null ? null : maintenance.refusal(store, Operation.WRITE);
    if (refusal == null) return config;
    fail(refusal);
    return null;
  }

  private void own(DatastoreConfig config, Lease lease) throws IOException {
    GarbageSettings garbage = own.garbage(store);
    try (lease;
        var collection = StoreCollection.open(config, garbage, settings, lease, events)) {
      problem = "";
      current = collection;
      LOG.infof("%s: this replica keeps the reference index (epoch %d)", store, lease.epoch());
      while (!stopped && lease.isHeld() && isSame(config, garbage)) {
        collection.passIfDue(() -> stopped);
        sleep(collection.untilDue(Instant.now()));
      }
    } finally {
      current = null;
    }
  }

  private boolean isSame(DatastoreConfig config, GarbageSettings garbage) throws IOException {
    return config.equals(usable()) && garbage.equals(own.garbage(store));
  }

  private void sleep(Duration time) {
    try {
      long millis = Math.clamp(time.toMillis(), 10, RETRY.toMillis());
      if (wake.tryAcquire(millis, TimeUnit.MILLISECONDS)) wake.drainPermits();
    } catch (InterruptedException stopping) {
      stopped = true;
    }
  }
}
