package io.reprise.gc.collect;

import io.reprise.gc.references.RocksLibrary;
import io.reprise.gc.store.StoreWatch;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.RepriseConfig;
import io.reprise.platform.event.Events;
import io.reprise.platform.job.Leases;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One {@link Owner} for each configured datastore, as they come and go. */
public final class Collections implements AutoCloseable {
  private static final Duration CLOSING = Duration.ofSeconds(10);

  private final Settings settings;
  private final Datastores configured;
  private final RepriseConfig own;
  private final Leases leases;
  private final Events events;
  private final Map<String, Owner> owners = new HashMap<>();
  private final StoreWatch watch;

  public Collections(
      Settings settings, Datastores configured, RepriseConfig own, Leases leases, Events events) {
    this.settings = settings;
    this.configured = configured;
    this.own = own;
    this.leases = leases;
    this.events = events;
    watch = new StoreWatch("datastores", configured, this::adjust);
  }

  public void start() {
    RocksLibrary.load(settings.indexes());
    watch.start();
  }

  private synchronized void adjust(Set<String> names) {
    if (watch.isClosed()) return;
    owners.entrySet().removeIf(entry -> {
      boolean gone = !names.contains(entry.getKey());
      if (gone) entry.getValue().stop();
      return gone;
    });
    for (String name : names) {
      owners.computeIfAbsent(name, store -> {
        var owner = new Owner(store, settings, configured, own, leases, events);
        owner.start();
        return owner;
      });
    }
  }

  /** @return null if there is no such datastore */
  public synchronized @Nullable Owner of(String store) {
    return owners.get(store);
  }

  /** Something was removed from that datastore: if its index is kept here, a pass is to come soon. */
  public void hint(String store) {
    Owner owner = of(store);
    if (owner != null) owner.hint();
  }

  public synchronized List<Owner> all() {
    return List.copyOf(owners.values());
  }

  /** Asks all to end, and waits some seconds for them. */
  @Override
  public void close() {
    watch.close();
    List<Owner> all;
    synchronized (this) {
      all = List.copyOf(owners.values());
    }
    all.forEach(Owner::stop);
    long end = System.nanoTime() + CLOSING.toNanos();
    for (Owner owner : all) owner.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
  }
}
