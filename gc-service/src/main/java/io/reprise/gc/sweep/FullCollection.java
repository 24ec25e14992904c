package io.reprise.gc.sweep;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.gc.references.ChunkFiles;
import io.reprise.gc.references.ChunkFiles.Name;
import io.reprise.gc.references.ChunkFiles.Status;
import io.reprise.gc.references.FoundIndex;
import io.reprise.gc.references.IndexFiles;
import io.reprise.gc.references.IndexFiles.Content;
import io.reprise.gc.references.ReferenceIndex;
import io.reprise.gc.references.ReferenceIndex.Walk;
import io.reprise.gc.sweep.Sweeper.Swept;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The collection that trusts no count: reads all index files into a compact set, lists all chunks, and looks only at those
 * whose name is not in the set. It finds what was never counted (broken uploads), and audits the reference index. It obeys
 * the barrier too: a name outside the set goes only behind a second listing of the index files, begun after the chunks
 * were listed, whose new files do not hold it. One object for one run.
 */
public final class FullCollection {
  private static final int ROUND = 1 << 20;
  private static final int BATCH = 1_000;
  private static final int LISTINGS = 10;

  private final IndexFiles files;
  private final ChunkFiles chunks;
  private final ReferenceIndex index;
  private final Cutoff.Writers writers;
  private final Sweeper sweeper;
  private final Instant limit;
  private final Listener listener;

  private final HeadSet references = new HeadSet();
  private final RecentHeads recent = new RecentHeads();
  private final Set<FileState> read = new HashSet<>();
  private final List<Digest> candidates = new ArrayList<>();
  private final List<String> badCandidates = new ArrayList<>();
  private long dataBytes;
  private long removedChunks;
  private long removedBytes;
  private long pendingChunks;
  private long pendingBytes;
  private long removedBad;
  private long stillBad;
  private long listed;
  private long sweepNanos;

  /** Told what goes on; any call may throw to stop. */
  public interface Listener {
    /** @param of all index files */
    void indexRead(int done, int of) throws IOException;

    /** A referenced chunk is not there. @param indexPath one of the index files that need it */
    void missing(Digest digest, String indexPath) throws IOException;

    /** The chunks are listed from now on. */
    void sweepBegins() throws IOException;

    /**
     * @param directory done, 0 … 65,535
     * @param chunks listed so far
     */
    void directoryDone(int directory, long chunks) throws IOException;

    /** A PBS collects garbage, and nothing may be removed. Returns after a while, best when it does no more. */
    void foreignCollection() throws IOException;
  }

  /** A file whatever its path; the inode alone may be given to another file meanwhile. */
  private record FileState(long inode, long size, Instant modified) {
    static FileState of(FoundIndex found) {
      return new FileState(found.inode(), found.size(), found.modified());
    }
  }

  /**
   * PBS's counters (datastore.md §7.5), and what the audit found.
   *
   * @param differences chunks whose count in the reference index is wrong: it is to be built again
   * @param sweeping time of it that the deletion of orphans took
   */
  public record Outcome(
      long indexFiles,
      long indexDataBytes,
      long diskBytes,
      long diskChunks,
      long removedBytes,
      long removedChunks,
      long pendingBytes,
      long pendingChunks,
      long removedBad,
      long stillBad,
      long differences,
      Duration sweeping) {}

  private FullCollection(
      IndexFiles files,
      ChunkFiles chunks,
      ReferenceIndex index,
      Cutoff.Writers writers,
      Sweeper sweeper,
      Instant limit,
      Listener listener) {
    this.files = files;
    this.chunks = chunks;
    this.index = index;
    this.writers = writers;
    this.sweeper = sweeper;
    this.limit = limit;
    this.listener = listener;
  }

  /**
   * @throws IOException naming the index file or directory that cannot be read; nothing was deleted on its account
   * @throws BadFormat naming the index file that does not parse
   */
  public static Outcome run(
      IndexFiles files,
      ChunkFiles chunks,
      ReferenceIndex index,
      Cutoff cutoff,
      Cutoff.Writers writers,
      Sweeper sweeper,
      Listener listener)
      throws IOException {
    Instant limit = cutoff.of(writers); // before any listing, as in a pass
    return new FullCollection(files, chunks, index, writers, sweeper, limit, listener).run();
  }

  private Outcome run() throws IOException {
    Walk walk = index.walk(counted -> {});
    if (!walk.complete()) throw new IOException(String.join("; ", walk.problems()));
    readIndexes(true);
    listener.sweepBegins();
    chunks.list(new Listing());
    settle();
    List<FoundIndex> last = readIndexes(false);
    long differences = audit(last);
    return outcome(last.size(), differences);
  }

  private void awaitNoForeignCollection() throws IOException {
    while (writers.foreignCollection()) listener.foreignCollection();
  }

  // index files

  /**
   * Reads what was not read yet, until a listing that nothing moved through shows only what was read.
   *
   * @return that listing
   */
  private List<FoundIndex> readIndexes(boolean first) throws IOException {
    for (int attempt = 0; attempt < LISTINGS; attempt++) {
      long moves = files.moves();
      List<FoundIndex> found = files.list();
      boolean whole = true;
      int done = 0;
      for (FoundIndex file : found) {
        if (read.contains(FileState.of(file))) continue;
        try {
          add(file);
        } catch (NoSuchFileException vanished) {
          whole = false;
        } catch (BadFormat bad) {
          throw new BadFormat("can't read index '" + file.path() + "' - " + bad.getMessage(), bad);
        }
        if (first) listener.indexRead(++done, found.size());
      }
      if (whole && files.moves() == moves) return found;
    }
    throw new IOException("snapshots were moved or removed during each of " + LISTINGS
        + " listings: start it again when fewer go on");
  }

  private void add(FoundIndex file) throws IOException {
    try (Content content = files.open(file.path())) {
      recent.begin(file.path());
      content.digests((a, b, c, d) -> {
        if (recent.isNew(a)) references.add(a);
      });
      dataBytes += content.dataBytes();
    }
    if (!files.find(file.path()).isSameFile(file)) throw new NoSuchFileException(file.path());
    read.add(FileState.of(file));
  }

  // chunks

  private final class Listing implements ChunkFiles.Names {
    private final List<String> bad = new ArrayList<>();
    private final List<Long> badHeads = new ArrayList<>();

    @Override
    public void chunk(long head, Name name) throws IOException {
      listed++;
      if (references.mark(head)) return;
      Digest digest = name.digest();
      Status status = chunks.find(digest);
      if (status == null) return;
      if (status.accessed().isBefore(limit)) candidates.add(digest);
      else pending(status.size());
    }

    @Override
    public void aside(long head, Name name) throws IOException {
      Digest digest = name.digest();
      if (!references.contains(head)) {
        candidates.add(digest);
        return;
      }
      chunks.putBack(digest);
      references.mark(head);
    }

    @Override
    public void bad(long head, Name name) {
      bad.add(name.toString());
      badHeads.add(head);
    }

    @Override
    public void directory(int number) throws IOException {
      for (int i = 0; i < bad.size(); i++) judgeBad(bad.get(i), badHeads.get(i));
      bad.clear();
      badHeads.clear();
      if (candidates.size() >= ROUND) settle();
      listener.directoryDone(number, listed);
    }
  }

  /** A corrupt chunk stays while an index needs the chunk and no good one is there. */
  private void judgeBad(String name, long head) throws IOException {
    Status status = chunks.findBad(name);
    if (status == null) return;
    boolean needed = references.contains(head) && !references.isMarked(head);
    if (!needed && status.accessed().isBefore(limit)) badCandidates.add(name);
    else stillBad++;
  }

  private void pending(long bytes) {
    pendingChunks++;
    pendingBytes += bytes;
  }

  /** Deletes what was found so far, behind another listing of the index files. */
  private void settle() throws IOException {
    if (candidates.isEmpty() && badCandidates.isEmpty()) return;
    readIndexes(false);
    candidates.removeIf(digest -> references.contains(digest.a()));
    long begun = System.nanoTime();
    for (int at = 0; at < candidates.size(); at += BATCH) {
      awaitNoForeignCollection();
      List<Digest> batch = candidates.subList(at, Math.min(at + BATCH, candidates.size()));
      Swept swept = sweeper.sweep(batch, limit);
      removedChunks += swept.deleted().size();
      removedBytes += swept.bytes();
      pendingChunks += swept.young().size();
      pendingBytes += swept.youngBytes();
      var gone = new ArrayList<Digest>(swept.deleted());
      gone.addAll(swept.gone());
      index.forget(gone);
    }
    for (String name : badCandidates) {
      awaitNoForeignCollection();
      chunks.deleteBad(name);
      removedBad++;
    }
    sweepNanos += System.nanoTime() - begun;
    candidates.clear();
    badCandidates.clear();
  }

  // audit

  private long diskChunks;
  private long diskBytes;

  /** @return differences between the index and the truth, as far as they can be told while others work */
  private long audit(List<FoundIndex> last) throws IOException {
    Walk walk = index.walk(counted -> {});
    var shown = new HashSet<FileState>();
    for (FoundIndex file : last) shown.add(FileState.of(file));
    // What vanished meanwhile is still in the set, what came since may be in the index only.
    boolean exact =
        walk.complete() && walk.counted() == 0 && walk.uncounted() == 0 && shown.equals(read);
    var audit = new Audit();
    index.chunks(audit::visit);
    for (Digest digest : audit.missing) index.resize(digest, -1);
    for (Digest digest : audit.found) {
      Status status = chunks.find(digest);
      if (status != null) index.resize(digest, status.size());
    }
    if (!audit.missing.isEmpty()) reportMissing(audit.missing, last);
    if (!exact) return 0;
    return audit.wrong + Math.max(0, references.size() - audit.referenced);
  }

  private final class Audit {
    private final Set<Digest> missing = new HashSet<>();
    private final List<Digest> found = new ArrayList<>();
    private long referenced;
    private long wrong;

    void visit(Digest digest, long size, boolean counted) {
      boolean needed = references.contains(digest.a());
      if (needed != counted) wrong++;
      if (!counted) return;
      referenced++;
      if (!needed) return;
      if (references.isMarked(digest.a())) {
        diskChunks++;
        diskBytes += Math.max(0, size);
        if (size < 0) found.add(digest);
      } else {
        missing.add(digest);
      }
    }
  }

  /** A chunk may also have been written after its directory was listed. */
  private void reportMissing(Set<Digest> suspects, List<FoundIndex> indexes) throws IOException {
    var missing = new HashSet<Digest>();
    for (Digest digest : suspects) {
      Status status = chunks.find(digest);
      if (status == null) missing.add(digest);
      else index.resize(digest, status.size());
    }
    if (missing.isEmpty()) return;
    for (FoundIndex file : indexes) {
      try (Content content = files.open(file.path())) {
        var told = new HashSet<Digest>();
        content.digests((a, b, c, d) -> {
          var digest = new Digest(a, b, c, d);
          if (missing.contains(digest) && told.add(digest)) listener.missing(digest, file.path());
        });
      } catch (NoSuchFileException vanished) {
        // no longer needs anything
      }
    }
  }

  private Outcome outcome(long indexFiles, long differences) {
    return new Outcome(
        indexFiles,
        dataBytes,
        diskBytes,
        diskChunks,
        removedBytes,
        removedChunks,
        pendingBytes,
        pendingChunks,
        removedBad,
        stillBad,
        differences,
        Duration.ofNanos(sweepNanos));
  }
}
