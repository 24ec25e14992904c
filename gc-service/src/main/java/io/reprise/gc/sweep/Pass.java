package io.reprise.gc.sweep;

import io.reprise.datastore.Digest;
import io.reprise.gc.references.ReferenceIndex;
import io.reprise.gc.references.ReferenceIndex.Orphan;
import io.reprise.gc.references.ReferenceIndex.Walk;
import io.reprise.gc.sweep.Sweeper.Swept;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The pass over what changed: a walk counts what is new and what is gone; a second one, if something lost its last
 * reference, is the barrier behind which it may go; then the orphans that are old enough go. Its cost is that of the
 * change, not of the datastore.
 */
public final class Pass {
  private static final int BATCH = 1_000;

  private final ReferenceIndex index;
  private final Cutoff cutoff;
  private final Cutoff.Writers writers;
  private final Sweeper sweeper;
  private final Outlet outlet;

  /** Where orphans go to be swept by whoever has time. */
  @FunctionalInterface
  public interface Outlet {
    /** Nobody else sweeps. */
    Outlet NONE = (digests, cutoff) -> null;

    /**
     * @return for how long others may sweep them, so that they are not to be swept here; null if nobody was told
     */
    @Nullable
    Duration offer(List<Digest> digests, Instant cutoff) throws IOException;
  }

  public Pass(
      ReferenceIndex index, Cutoff cutoff, Cutoff.Writers writers, Sweeper sweeper, Outlet outlet) {
    this.index = index;
    this.cutoff = cutoff;
    this.writers = writers;
    this.sweeper = sweeper;
    this.outlet = outlet;
  }

  /**
   * What a pass did.
   *
   * @param postponed a PBS collects garbage: nothing was removed
   * @param offered to others; not swept here
   * @param removed deleted here, or found deleted
   * @param pending orphans that are too young, as far as they were looked at
   * @param nextDue when the first of those may go; null if none
   */
  public record Outcome(
      Walk walk,
      boolean postponed,
      long offered,
      long removed,
      long removedBytes,
      long pending,
      long pendingBytes,
      @Nullable Instant nextDue,
      Duration counting,
      Duration sweeping) {}

  /** @param progress told files counted and chunks removed; may throw to stop */
  public Outcome run(Consumer<Integer> progress) throws IOException {
    long begun = System.nanoTime();
    // Before any listing: who writes now and ends before the walk has seen its index must count.
    Instant limit = cutoff.of(writers);
    boolean postponed = writers.foreignCollection();
    Walk walk = index.walk(progress);
    if (walk.complete() && index.needsWalk()) {
      Walk barrier = index.walk(progress);
      walk = new Walk(
          barrier.number(),
          barrier.complete(),
          barrier.indexFiles(),
          walk.counted() + barrier.counted(),
          walk.uncounted() + barrier.uncounted(),
          barrier.problems());
    }
    long counted = System.nanoTime();
    var sums = new Sums();
    if (walk.complete() && !postponed) sweep(limit, sums, progress);
    return new Outcome(
        walk,
        postponed,
        sums.offered,
        sums.removed,
        sums.removedBytes,
        sums.pending,
        sums.pendingBytes,
        sums.nextDue,
        Duration.ofNanos(counted - begun),
        Duration.ofNanos(System.nanoTime() - counted));
  }

  private void sweep(Instant limit, Sums sums, Consumer<Integer> progress) throws IOException {
    Instant now = writers.now();
    Digest after = null;
    while (true) {
      List<Orphan> due = index.due(after, now.getEpochSecond(), BATCH);
      if (due.isEmpty()) return;
      after = due.getLast().digest();
      if (writers.foreignCollection()) return;
      // Nobody answers an offer: what became of it is seen here, once it is over.
      List<Digest> here = digests(due, true);
      List<Digest> fresh = digests(due, false);
      Duration others = fresh.isEmpty() ? null : outlet.offer(fresh, limit);
      if (others != null) {
        index.postpone(fresh, now.plus(others).getEpochSecond());
        sums.offered += fresh.size();
      } else {
        here.addAll(fresh);
      }
      sums.add(settle(sweeper.sweep(here, limit)), cutoff);
      progress.accept(due.size());
    }
  }

  private static List<Digest> digests(List<Orphan> orphans, boolean postponed) {
    var digests = new ArrayList<Digest>();
    for (Orphan orphan : orphans) {
      if (orphan.postponed() == postponed) digests.add(orphan.digest());
    }
    return digests;
  }

  private Swept settle(Swept swept) throws IOException {
    var removed = new ArrayList<Digest>(swept.deleted());
    removed.addAll(swept.gone());
    if (!removed.isEmpty()) index.forget(removed);
    Instant oldest = swept.oldestYoung();
    if (oldest != null) {
      index.postpone(
          swept.young(), oldest.plus(cutoff.grace()).plus(cutoff.margin()).getEpochSecond());
    }
    return swept;
  }

  private static final class Sums {
    long offered;
    long removed;
    long removedBytes;
    long pending;
    long pendingBytes;

    @Nullable
    Instant nextDue;

    void add(Swept swept, Cutoff cutoff) {
      removed += swept.deleted().size();
      removedBytes += swept.bytes();
      pending += swept.young().size();
      pendingBytes += swept.youngBytes();
      Instant oldest = swept.oldestYoung();
      if (oldest == null) return;
      Instant due = oldest.plus(cutoff.grace()).plus(cutoff.margin());
      if (nextDue == null || due.isBefore(nextDue)) nextDue = due;
    }
  }
}
