package io.reprise.gc.collect;

import io.reprise.datastore.ByteAmount;
import io.reprise.datastore.Digest;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.gc.references.FoundIndex;
import io.reprise.gc.references.IndexFiles;
import io.reprise.gc.store.ForeignCollection;
import io.reprise.gc.sweep.FullCollection;
import io.reprise.platform.job.JobRun;
import io.reprise.platform.task.Task;
import io.reprise.platform.task.TaskProgress;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.NoSuchFileException;

/** What a full collection says in its task's log (config.md §8.3), and whether it shall go on. */
final class CollectionLog implements FullCollection.Listener {
  private static final int DIRECTORIES = 65_536;
  private static final long CHECK_NANOS = 100_000_000;

  private final JobRun run;
  private final Task task;
  private final IndexFiles files;
  private final Datastore datastore;
  private int marked;
  private int processed;
  private long checked = System.nanoTime() - CHECK_NANOS;

  CollectionLog(JobRun run, IndexFiles files, Datastore datastore) throws IOException {
    this.run = run;
    this.files = files;
    this.datastore = datastore;
    task = run.task();
    task.log("Start GC phase1 (mark used chunks)");
    check();
  }

  private void check() throws IOException {
    if (System.nanoTime() - checked < CHECK_NANOS) return;
    run.check();
    checked = System.nanoTime();
  }

  @Override
  public void indexRead(int done, int of) throws IOException {
    check();
    int percent = (int) (100L * done / of);
    if (percent == marked) return;
    marked = percent;
    task.log("marked %d%% (%d of %d index files)".formatted(percent, done, of));
    task.progress(
        new TaskProgress(percent / 2.0, 0, 0, "marked %d of %d index files".formatted(done, of)));
  }

  @Override
  public void missing(Digest digest, String indexPath) {
    task.warn("warning: unable to access non-existent chunk " + digest + ", required by \""
        + datastore.path().resolve(indexPath) + "\"");
  }

  @Override
  public void sweepBegins() throws IOException {
    long outside = 0;
    for (FoundIndex file : files.list()) {
      try {
        if (files.place(file.path()).group().isEmpty()) outside++;
      } catch (NoSuchFileException vanished) {
        // not counted
      }
    }
    if (outside > 0) {
      task.log(
          "found (and marked) " + outside + " index files outside of expected directory scheme");
    }
    task.log("Start GC phase2 (sweep unused chunks)");
  }

  @Override
  public void directoryDone(int directory, long chunks) throws IOException {
    check();
    int percent = directory * 100 / DIRECTORIES;
    if (percent == processed) return;
    processed = percent;
    task.log("processed %d%% (%d chunks)".formatted(percent, chunks));
    task.progress(
        new TaskProgress(50 + percent / 2.0, 0, 0, "looked at %d chunks".formatted(chunks)));
  }

  @Override
  public void foreignCollection() throws IOException {
    ForeignCollection.awaitEnd(datastore, run);
  }

  void summary(FullCollection.Outcome o) {
    task.log("Removed garbage: " + ByteAmount.of(o.removedBytes()));
    task.log("Removed chunks: " + o.removedChunks());
    if (o.pendingBytes() > 0) {
      task.log("Pending removals: %s (in %d chunks)"
          .formatted(ByteAmount.of(o.pendingBytes()), o.pendingChunks()));
    }
    if (o.removedBad() > 0) task.log("Removed bad chunks: " + o.removedBad());
    if (o.stillBad() > 0) task.log("Leftover bad chunks: " + o.stillBad());
    task.log("Original data usage: " + ByteAmount.of(o.indexDataBytes()));
    if (o.indexDataBytes() > 0) {
      task.log("On-Disk usage: %s (%s%%)"
          .formatted(
              ByteAmount.of(o.diskBytes()), decimals(o.diskBytes() * 100.0 / o.indexDataBytes())));
    }
    task.log("On-Disk chunks: " + o.diskChunks());
    double factor = o.diskBytes() > 0 ? (double) o.indexDataBytes() / o.diskBytes() : 1;
    task.log("Deduplication factor: " + decimals(factor));
    if (o.diskChunks() > 0) {
      task.log("Average chunk size: " + ByteAmount.of(o.diskBytes() / o.diskChunks()));
    }
    task.progress(new TaskProgress(100, o.removedBytes(), 0, "done"));
  }

  /** Two, of the exact binary value, half to even. */
  private static String decimals(double value) {
    return new BigDecimal(value).setScale(2, RoundingMode.HALF_EVEN).toPlainString();
  }
}
