package io.reprise.gc.collect;

import io.reprise.datastore.InvalidName;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.RepriseConfig;
import io.reprise.platform.config.Section;
import io.reprise.platform.event.Events;
import io.reprise.platform.job.Leases;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One {@link Owner} for each configured datastore, as they come and go. */
public final class Collections implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Collections.class);
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final Duration CLOSING = Duration.ofSeconds(10);

  private final Settings settings;
  private final Datastores configured;
  private final RepriseConfig own;
  private final Leases leases;
  private final Events events;
  private final Map<String, Owner> owners = new HashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::watch, "datastores");
  private String problem = "";

  public Collections(
      Settings settings, Datastores configured, RepriseConfig own, Leases leases, Events events) {
    this.settings = settings;
    this.configured = configured;
    this.own = own;
    this.leases = leases;
    this.events = events;
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  private void watch() {
    try {
      do look();
      while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException stopping) {
      // close() takes care of the owners
    }
  }

  private void look() {
    try {
      var names = new HashSet<String>();
      for (Section section : configured.now().sections().sections()) names.add(section.id());
      adjust(names);
      problem = "";
    } catch (IOException | InvalidName e) {
      String now = String.valueOf(e.getMessage());
      if (!now.equals(problem)) LOG.warnf("datastores stay as they are: %s", now);
      problem = now;
    }
  }

  private synchronized void adjust(Set<String> names) {
    if (closed.getCount() == 0) return;
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
    closed.countDown();
    List<Owner> all;
    synchronized (this) {
      all = List.copyOf(owners.values());
    }
    all.forEach(Owner::stop);
    long end = System.nanoTime() + CLOSING.toNanos();
    for (Owner owner : all) owner.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
  }
}
