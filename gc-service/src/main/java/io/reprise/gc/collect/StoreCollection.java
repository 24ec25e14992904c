package io.reprise.gc.collect;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.DatastoreConfig;
import io.reprise.datastore.snapshot.RemovedSnapshot;
import io.reprise.gc.references.IndexDamaged;
import io.reprise.gc.references.ReferenceIndex;
import io.reprise.gc.references.ReferenceIndex.Figures;
import io.reprise.gc.store.ForeignCollection;
import io.reprise.gc.store.StoreChunkFiles;
import io.reprise.gc.store.StoreIndexFiles;
import io.reprise.gc.store.StoreWriters;
import io.reprise.gc.sweep.Cutoff;
import io.reprise.gc.sweep.FullCollection;
import io.reprise.gc.sweep.Pass;
import io.reprise.gc.sweep.Sweeper;
import io.reprise.platform.config.GarbageSettings;
import io.reprise.platform.event.Events;
import io.reprise.platform.event.SnapshotPurged;
import io.reprise.platform.job.JobRun;
import io.reprise.platform.job.Lease;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Garbage collection of one datastore by the replica that owns its reference index. One thing at a time: a pass over what
 * changed, or a full collection; single files may be looked at meanwhile.
 */
public final class StoreCollection implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(StoreCollection.class);
  private static final Duration PATIENCE = Duration.ofMillis(200);

  private final Datastore datastore;
  private final GarbageSettings garbage;
  private final Settings settings;
  private final Lease lease;
  private final Events events;
  private final StoreIndexFiles files;
  private final StoreChunkFiles chunks;
  private final StoreWriters writers;
  private final Cutoff cutoff;
  private final Sweeper sweeper;
  private final ReferenceIndex index;
  private final StatusFile status;
  private final ReentrantLock work = new ReentrantLock();
  private final Set<String> seenRemoved = new HashSet<>(); // by the work
  private volatile Instant due = Instant.EPOCH;
  private volatile boolean damaged;
  private volatile String problem = "";

  private StoreCollection(
      Datastore datastore, GarbageSettings garbage, Settings settings, Lease lease, Events events)
      throws IOException {
    this.datastore = datastore;
    this.garbage = garbage;
    this.settings = settings;
    this.lease = lease;
    this.events = events;
    files = new StoreIndexFiles(datastore);
    chunks = new StoreChunkFiles(datastore.chunks(), datastore.path());
    writers = new StoreWriters(datastore);
    cutoff = new Cutoff(garbage.grace(), garbage.margin());
    sweeper = new Sweeper(chunks, SecondLook.of(datastore.path()));
    status = new StatusFile(settings.status(), datastore.name());
    Path directory = settings.indexes().resolve(datastore.name());
    index = ReferenceIndex.open(directory, lease.epoch(), lease.previousEpoch(), files, chunks);
    if (!index.begunAgain().isEmpty()) {
      LOG.warnf(
          "%s: the reference index in %s is built again: %s",
          datastore.name(), directory, index.begunAgain());
    }
  }

  static StoreCollection open(
      DatastoreConfig config,
      GarbageSettings garbage,
      Settings settings,
      Lease lease,
      Events events)
      throws IOException {
    Datastore datastore = Datastore.open(config, settings.layout());
    boolean done = false;
    try {
      var collection = new StoreCollection(datastore, garbage, settings, lease, events);
      done = true;
      return collection;
    } finally {
      if (!done) datastore.close();
    }
  }

  public ReferenceIndex index() {
    return index;
  }

  public Datastore datastore() {
    return datastore;
  }

  public Figures figures() {
    return index.figures();
  }

  /** Why the last pass did not do all; empty if it did. */
  public String problem() {
    return problem;
  }

  /** Counts the index files of a snapshot that an event told of. @param directory within the datastore */
  public void look(String directory) throws IOException {
    for (String path : files.in(directory)) index.look(path);
  }

  // the pass

  /** A pass is to come soon. */
  void soon() {
    Instant soon = Instant.now().plus(settings.gather());
    if (soon.isBefore(due)) due = soon;
  }

  Duration untilDue(Instant now) {
    return Duration.between(now, due);
  }

  /** @throws IOException if the index is to be opened or built again: close this, open another */
  void passIfDue(BooleanSupplier stop) throws IOException {
    if (damaged) throw new IndexDamaged("the audit found wrong counts");
    if (index.isBroken())
      throw new IOException("counting broke off: the reference index is opened again");
    if (Instant.now().isBefore(due) || !work.tryLock()) return;
    try {
      due = Instant.now().plus(settings.period());
      pass(stop);
    } catch (Stopped asked) {
      // the owner looks why
    } catch (IndexDamaged e) {
      throw e;
    } catch (IOException e) {
      if (index.isBroken()) throw e;
      fail(String.valueOf(e.getMessage()));
      due = Instant.now().plus(settings.gather().multipliedBy(12));
    } finally {
      work.unlock();
    }
  }

  private void pass(BooleanSupplier stop) throws IOException {
    List<RemovedSnapshot> removed = datastore.removed().list();
    int purged = purge(removed);
    var offers = new Offers(datastore.name(), lease.epoch(), settings.validity(), writers, events);
    var outcome = new Pass(index, cutoff, writers, sweeper, offers).run(done -> {
      if (stop.getAsBoolean() || !lease.isHeld()) throw new Stopped();
    });
    if (outcome.walk().complete()) {
      problem = outcome.postponed() ? "a Proxmox Backup Server collects garbage here" : "";
      seenRemoved.clear();
      removed.forEach(each -> seenRemoved.add(each.id()));
    } else {
      fail(String.join("; ", outcome.walk().problems()));
    }
    if (outcome.offered() > 0) dueBy(Instant.now().plus(settings.validity()));
    Instant young = outcome.nextDue();
    if (young != null) dueBy(young.plusSeconds(1));
    Instant nextPurge = nextPurge();
    if (nextPurge != null) dueBy(nextPurge);
    status.passed(outcome, index.figures(), due);
    boolean idle = purged + outcome.walk().counted() + outcome.walk().uncounted() == 0
        && outcome.offered() + outcome.removed() == 0;
    LOG.logf(
        idle ? Logger.Level.DEBUG : Logger.Level.INFO,
        "%s: %d index files, %d new, %d gone, %d snapshots purged; %d orphaned chunks told of, %d removed"
            + " (%d bytes), %d too young; %d ms",
        datastore.name(),
        outcome.walk().indexFiles(),
        outcome.walk().counted(),
        outcome.walk().uncounted(),
        purged,
        outcome.offered(),
        outcome.removed(),
        outcome.removedBytes(),
        outcome.pending(),
        outcome.counting().plus(outcome.sweeping()).toMillis());
  }

  private void dueBy(Instant time) {
    Instant soonest = Instant.now().plus(settings.gather());
    Instant at = time.isBefore(soonest) ? soonest : time;
    if (at.isBefore(due)) due = at;
  }

  private void fail(String message) {
    if (!message.equals(problem))
      LOG.warnf("%s: nothing is deleted: %s", datastore.name(), message);
    problem = message;
  }

  /** Deletes removed snapshots for good, whose window is over and whose references a complete walk has counted. */
  private int purge(List<RemovedSnapshot> all) throws IOException {
    int purged = 0;
    for (RemovedSnapshot removed : all) {
      if (!seenRemoved.contains(removed.id()) || windowEnd(removed).isAfter(Instant.now()))
        continue;
      if (writers.foreignCollection()) return purged;
      lease.require();
      try {
        datastore.removed().purge(removed.id());
      } catch (NoSuchFileException undeleted) {
        continue;
      }
      purged++;
      events.announce(new SnapshotPurged(
          datastore.name(), removed.namespace(), removed.snapshot(), who(removed.by())));
    }
    return purged;
  }

  private static AuthId who(String by) {
    try {
      return AuthId.parse(by);
    } catch (io.reprise.datastore.InvalidName unknown) {
      return AuthId.parse("root@pam");
    }
  }

  private Instant windowEnd(RemovedSnapshot removed) {
    return removed.removed().plus(garbage.undelete());
  }

  private @Nullable Instant nextPurge() throws IOException {
    return datastore.removed().list().stream()
        .map(this::windowEnd)
        .min(Instant::compareTo)
        .orElse(null);
  }

  // the full collection

  /**
   * A full collection as the task that shows it.
   *
   * @throws IOException what the task fails with
   */
  FullCollection.Outcome collect(JobRun run) throws IOException {
    ForeignCollection.awaitEnd(datastore, run); // passes count meanwhile
    while (!tryWork()) run.check();
    try {
      lease.require();
      var log = new CollectionLog(run, files, datastore);
      var outcome = FullCollection.run(files, chunks, index, cutoff, writers, sweeper, log);
      log.summary(outcome);
      if (outcome.differences() > 0) {
        damaged = true;
        due = Instant.EPOCH;
        run.task()
            .warn(outcome.differences()
                + " chunks were counted wrong: the reference index is built again");
      }
      status.collected(datastore.path(), run.task().upid(), outcome);
      return outcome;
    } finally {
      if (index.isBroken()) due = Instant.EPOCH; // the owner opens it again
      work.unlock();
    }
  }

  private boolean tryWork() throws IOException {
    try {
      return work.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted while waiting for a pass to end");
    }
  }

  /** Ends a walk between two files. */
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stopped() {
      super("the service stops, or its lease was lost", null, false, false);
    }
  }

  /** Waits for a full collection, whose task is told to stop before. */
  @Override
  public void close() throws IOException {
    work.lock();
    try {
      index.close();
      if (damaged) ReferenceIndex.destroy(settings.indexes().resolve(datastore.name()));
    } finally {
      work.unlock();
      datastore.close();
    }
  }
}
