package io.reprise.gc.verify;

import io.reprise.datastore.Digest;
import io.reprise.datastore.os.DirectoryReader;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.platform.event.ChunkCorrupt;
import io.reprise.platform.event.Events;
import io.reprise.platform.job.JobRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What one task knows of chunks: which are proved since it began, which are corrupt, which cannot be read. A chunk is
 * read once, however many snapshots have it. Safe for many threads.
 */
final class VerifyPass {
  private static final long CHECK_NANOS = 100_000_000;

  private final JobRun run;
  private final Datastore datastore;
  private final boolean inodeOrder;
  private final StoreVerifier verifier;
  private final ChunkProofs proofs;
  private final ProvingThreads threads;
  private final Events events;
  private final int since;
  private final Set<Digest> corrupt = ConcurrentHashMap.newKeySet();
  private final Set<Digest> unreadable = ConcurrentHashMap.newKeySet();
  private long checked = System.nanoTime() - CHECK_NANOS;

  /** @param inodeOrder as the datastore's tuning {@code chunk-order} says */
  VerifyPass(
      JobRun run,
      Datastore datastore,
      boolean inodeOrder,
      StoreVerifier verifier,
      ProvingThreads threads,
      Events events) {
    this.run = run;
    this.datastore = datastore;
    this.inodeOrder = inodeOrder;
    this.verifier = verifier;
    this.threads = threads;
    this.events = events;
    // If the process that did this before died, what it has proved counts.
    boolean again = run.request().attempts() > 1;
    since = again ? (int) run.request().time().getEpochSecond() : StoreVerifier.now();
    proofs = verifier.proofs();
    proofs.begin(since);
  }

  JobRun run() {
    return run;
  }

  Datastore datastore() {
    return datastore;
  }

  boolean inodeOrder() {
    return inodeOrder;
  }

  ProvingThreads threads() {
    return threads;
  }

  void log(String line) {
    run.task().log(line);
  }

  /** Asks, not too often, whether to go on; by the thread of the task. */
  void check() throws IOException {
    if (System.nanoTime() - checked < CHECK_NANOS) return;
    run.check();
    checked = System.nanoTime();
  }

  /** Epoch seconds of the last proof; 0 if there was none. */
  int lastProof(Digest digest) {
    return proofs.when(digest);
  }

  boolean isProved(Digest digest) {
    return lastProof(digest) > since;
  }

  void proved(Digest digest) {
    if (!proofs.proved(digest, StoreVerifier.now())) return;
    int directory = ChunkDirectory.of(digest);
    try (var reader = new DirectoryReader()) {
      proofs.forget(
          directory, ChunkDirectory.heads(ChunkDirectory.list(datastore, directory, reader)));
    } catch (IOException another) {
      // then they are forgotten another time
    }
  }

  /** True if it is known to be bad; the log then says so. */
  boolean isBad(Digest digest) {
    if (corrupt.contains(digest)) log("chunk " + digest + " was marked as corrupt");
    else if (unreadable.contains(digest)) log("chunk " + digest + " could not be read before");
    else return false;
    return true;
  }

  void missing(Digest digest) {
    corrupt.add(digest);
    logNotLoaded(digest, "No such file or directory (os error 2)");
  }

  void unreadable(Digest digest, IOException cause) {
    unreadable.add(digest);
    logNotLoaded(digest, String.valueOf(cause.getMessage()));
  }

  private void logNotLoaded(Digest digest, String problem) {
    log("can't verify chunk, load failed - store '%s', unable to load chunk '%s' - %s"
        .formatted(datastore.name(), digest, problem));
  }

  /** @return false if another file has taken its place, which is to be looked at */
  boolean corrupt(Digest digest, ChunkVerdict.Corrupt verdict) {
    Path aside;
    try {
      aside = BadChunks.setAside(
          datastore.chunks(), digest, verdict.inode(), file -> announce(digest, file));
      if (aside == null) return false;
    } catch (IOException e) {
      corrupt.add(digest);
      logCorrupt(digest, verdict);
      log("could not rename corrupted chunk " + digest + " - " + e.getMessage());
      return true;
    }
    corrupt.add(digest);
    logCorrupt(digest, verdict);
    log("corrupted chunk renamed to \"" + aside + "\"");
    verifier.foundCorrupt();
    return true;
  }

  private void announce(Digest digest, Path aside) {
    events.announce(new ChunkCorrupt(
        datastore.name(), digest, datastore.path().relativize(aside).toString(), "verify"));
  }

  private void logCorrupt(Digest digest, ChunkVerdict.Corrupt verdict) {
    if (verdict.loads()) log(verdict.problem());
    else logNotLoaded(digest, verdict.problem());
  }
}
