package io.reprise.gc.verify;

import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.snapshot.DatastoreLayout;
import io.reprise.gc.store.StoreWatch;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.RepriseConfig;
import io.reprise.platform.event.Events;
import io.reprise.platform.job.Jobs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One {@link StoreVerifier} for each configured datastore, as they come and go. */
public final class Verifiers implements AutoCloseable {
  private static final Duration CLOSING = Duration.ofSeconds(8);

  private final DatastoreLayout layout;
  private final Datastores configured;
  private final RepriseConfig own;
  private final Jobs jobs;
  private final Events events;
  private final Duration freshLook;
  private final Map<String, StoreVerifier> verifiers = new HashMap<>();
  private final Map<String, NewSnapshots> fresh = new HashMap<>();
  private final StoreWatch watch;
  private volatile Runnable wake = () -> {};

  public Verifiers(
      DatastoreLayout layout, Datastores configured, RepriseConfig own, Jobs jobs, Events events) {
    this(layout, configured, own, jobs, events, NewSnapshots.LOOK);
  }

  /** @param freshLook from one look for new snapshots to the next */
  Verifiers(
      DatastoreLayout layout,
      Datastores configured,
      RepriseConfig own,
      Jobs jobs,
      Events events,
      Duration freshLook) {
    this.freshLook = freshLook;
    this.layout = layout;
    this.configured = configured;
    this.own = own;
    this.jobs = jobs;
    this.events = events;
    watch = new StoreWatch("verifiers", configured, this::adjust);
  }

  /** @param wake called when there is a new request */
  public void start(Runnable wake) {
    this.wake = wake;
    watch.start();
  }

  private synchronized void adjust(Set<String> names) {
    if (watch.isClosed()) return;
    verifiers.entrySet().removeIf(entry -> {
      boolean gone = !names.contains(entry.getKey());
      if (gone) entry.getValue().stop();
      return gone;
    });
    fresh.keySet().retainAll(names);
    for (String name : names) {
      if (verifiers.containsKey(name)) continue;
      Path directory = layout.state().resolve("verify").resolve(name);
      var news =
          new NewSnapshots(name, directory, configured, layout, jobs, () -> wake.run(), freshLook);
      var scrub = new Scrub(name, configured, own, layout, events);
      var verifier = new StoreVerifier(name, directory, jobs.leases(), scrub, news);
      fresh.put(name, news);
      verifiers.put(name, verifier);
      verifier.start();
    }
  }

  /** @return null if there is no such datastore */
  public synchronized @Nullable StoreVerifier of(String store) {
    return verifiers.get(store);
  }

  public synchronized List<StoreVerifier> all() {
    return List.copyOf(verifiers.values());
  }

  /** A snapshot was made, says an event: it is verified if its datastore has new ones verified. */
  public void finished(String store, Namespace namespace, SnapshotId snapshot) throws IOException {
    NewSnapshots news;
    synchronized (this) {
      news = fresh.get(store);
    }
    if (news != null) news.finished(namespace, snapshot);
  }

  /** Asks all to end, and waits some seconds for them. */
  @Override
  public void close() {
    watch.close();
    List<StoreVerifier> all = all();
    all.forEach(StoreVerifier::stop);
    long end = System.nanoTime() + CLOSING.toNanos();
    for (StoreVerifier each : all)
      each.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
  }
}
