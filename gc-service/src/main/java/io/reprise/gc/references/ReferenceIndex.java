package io.reprise.gc.references;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.gc.references.FileRecord.State;
import io.reprise.gc.references.Tables.Table;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which chunks of one datastore are referenced, by whom, and since when no longer. Derived from the datastore alone: it may
 * be deleted and is built again. One owner at a time has it open; safe for that owner's threads.
 *
 * <p>After a failure half way through counting it is {@link #isBroken}: to be closed and opened again, which goes on where
 * it was. Nothing is told or changed before.
 */
public final class ReferenceIndex implements AutoCloseable {
  private static final long VERSION = 1;
  private static final int PART_ENTRIES = 1 << 19;
  private static final int WALK_ATTEMPTS = 5;

  private final Path directory;
  private final Tables tables;
  private final IndexFiles files;
  private final Groups groups;
  private final Totals totals;
  private final ShownFiles shown;
  private final Orphans orphans;
  private String begunAgain = "";
  private long walk;
  private long complete;

  private ReferenceIndex(
      Path directory, Tables tables, IndexFiles files, ChunkFiles chunks, int partEntries)
      throws IOException {
    this.directory = directory;
    this.tables = tables;
    this.files = files;
    groups = Groups.load(tables);
    byte[] sums = tables.get(Table.META, Keys.TOTALS);
    totals = sums == null ? new Totals() : Totals.decode(sums);
    var counting = new Counting(tables, files, chunks, groups, totals, partEntries);
    shown = new ShownFiles(tables, files, groups, totals, counting);
    orphans = new Orphans(tables, groups, totals);
    walk = tables.number(Keys.WALK);
    complete = tables.number(Keys.COMPLETE);
  }

  /**
   * Opens the index, or begins an empty one.
   *
   * @param directory on a local disk, of this datastore alone
   * @param epoch of the lease that makes the caller the owner
   * @param previousEpoch of the owner before; an index that is not that owner's missed changes and is begun again
   */
  public static ReferenceIndex open(
      Path directory, long epoch, long previousEpoch, IndexFiles files, ChunkFiles chunks)
      throws IOException {
    return open(directory, epoch, previousEpoch, files, chunks, PART_ENTRIES, () -> {});
  }

  /**
   * As {@link #open(Path, long, long, IndexFiles, ChunkFiles)}, for tests.
   *
   * @param partEntries how many entries are counted in a step
   * @param beforeWrite called before each step is written; may throw, as if the process had died
   */
  public static ReferenceIndex open(
      Path directory,
      long epoch,
      long previousEpoch,
      IndexFiles files,
      ChunkFiles chunks,
      int partEntries,
      Runnable beforeWrite)
      throws IOException {
    try {
      return openExisting(directory, epoch, previousEpoch, files, chunks, partEntries, beforeWrite);
    } catch (IndexDamaged damaged) {
      Tables.destroy(directory);
      var index = openExisting(directory, epoch, epoch, files, chunks, partEntries, beforeWrite);
      index.begunAgain = String.valueOf(damaged.getMessage());
      return index;
    }
  }

  /** True after a failure half way through a step. */
  public synchronized boolean isBroken() {
    return totals.broken;
  }

  private void requireWhole() throws IndexDamaged {
    if (totals.broken)
      throw new IndexDamaged(
          "counting broke off half way: it goes on once the index is opened again");
  }

  /** Why what lay there was thrown away when this was opened; empty if it was not. */
  public String begunAgain() {
    return begunAgain;
  }

  /** Deletes an index that nobody has open; it is built again when it is opened. */
  public static void destroy(Path directory) throws IOException {
    Tables.destroy(directory);
  }

  private static ReferenceIndex openExisting(
      Path directory,
      long epoch,
      long previousEpoch,
      IndexFiles files,
      ChunkFiles chunks,
      int partEntries,
      Runnable beforeWrite)
      throws IOException {
    Tables tables = Tables.open(directory, beforeWrite);
    boolean done = false;
    try {
      var index = new ReferenceIndex(directory, tables, files, chunks, partEntries);
      index.begin(epoch, previousEpoch);
      done = true;
      return index;
    } finally {
      if (!done) tables.close();
    }
  }

  private void begin(long epoch, long previousEpoch) throws IOException {
    byte[] version = tables.get(Table.META, Keys.VERSION);
    long last = tables.number(Keys.EPOCH);
    if (version != null && Keys.number(version) != VERSION) {
      throw new IndexDamaged("it was written by another version");
    }
    if (version != null && last != epoch && last != previousEpoch) {
      throw new IndexDamaged("another owner has worked since");
    }
    finishCounting();
    try (var batch = tables.batch()) {
      batch
          .put(Table.META, Keys.VERSION, Keys.number(VERSION))
          .put(Table.META, Keys.EPOCH, Keys.number(epoch))
          .write();
    }
    dropUnusedKept();
  }

  /** What was being counted in or out when the last owner stopped. */
  private void finishCounting() throws IOException {
    for (FileRecord file : shown.records()) {
      if (file.state() != State.COUNTED) shown.finish(file, walk);
    }
    for (FileRecord file : shown.records()) {
      if (file.paths() == 0) shown.countOut(file, walk);
    }
  }

  /** A crash may leave a kept file that is not, or no longer, counted. */
  private void dropUnusedKept() throws IOException {
    var used = new HashSet<IndexIdentity>();
    for (FileRecord file : shown.records()) used.add(file.identity());
    for (IndexIdentity kept : files.kept()) {
      if (!used.contains(kept)) files.dropKept(kept);
    }
  }

  // the walk

  /**
   * How a walk ended.
   *
   * @param number it, counted from the first of this index
   * @param complete true if it saw everything and everything that it saw is counted; then what was an orphan before it
   *     began, and still is, has no reference
   * @param indexFiles that it saw
   * @param counted files that were new to it
   * @param uncounted files that were gone
   * @param problems what kept it from being complete, a sentence each
   */
  public record Walk(
      long number,
      boolean complete,
      int indexFiles,
      int counted,
      int uncounted,
      List<String> problems) {}

  /**
   * Lists all index files, and counts in what is new and out what is gone. Files that do not parse are problems; while
   * there is one nothing is counted out and the walk is not complete.
   *
   * @param progress told the files counted in and out so far, now and then; may throw to stop
   */
  public synchronized Walk walk(Consumer<Integer> progress) throws IOException {
    beginWalk();
    int counted = 0;
    for (int attempt = 0; attempt < WALK_ATTEMPTS; attempt++) {
      long moves = files.moves();
      List<FoundIndex> found = files.list();
      if (files.moves() != moves) continue; // something moved past us
      var seen = new Seen(counted, progress);
      seen.countIn(found);
      counted = seen.counted;
      if (seen.vanished) continue; // moved, or removed: look again
      if (!seen.problems.isEmpty()) {
        return new Walk(walk, false, found.size(), counted, 0, List.copyOf(seen.problems));
      }
      int uncounted = countOut(found, progress, counted);
      endWalk();
      return new Walk(walk, true, found.size(), counted, uncounted, List.of());
    }
    return new Walk(
        walk,
        false,
        0,
        counted,
        0,
        List.of("snapshots were moved or removed during each of " + WALK_ATTEMPTS
            + " listings: the next walk will tell"));
  }

  private void beginWalk() throws IOException {
    requireWhole();
    try (var batch = tables.batch()) {
      batch.put(Table.META, Keys.WALK, Keys.number(walk + 1)).write();
      walk++;
    }
  }

  private void endWalk() throws IOException {
    try (var batch = tables.batch()) {
      batch.put(Table.META, Keys.COMPLETE, Keys.number(walk)).write();
      complete = walk;
    }
  }

  /** One attempt to count in what a listing found. */
  private final class Seen {
    private final Consumer<Integer> progress;
    private final List<String> problems = new ArrayList<>();
    private int counted;
    private boolean vanished;

    Seen(int counted, Consumer<Integer> progress) {
      this.counted = counted;
      this.progress = progress;
    }

    void countIn(List<FoundIndex> found) throws IOException {
      for (FoundIndex file : found) {
        try {
          if (shown.show(file, walk)) progress.accept(++counted);
        } catch (NoSuchFileException gone) {
          vanished = true;
        } catch (BadFormat bad) {
          problems.add("can't read index '" + file.path() + "' - " + bad.getMessage());
        }
      }
    }
  }

  /** @param found all paths that show a file; sorted */
  private int countOut(List<FoundIndex> found, Consumer<Integer> progress, int before)
      throws IOException {
    var seen = new HashSet<String>(found.size() * 2);
    for (FoundIndex file : found) seen.add(file.path());
    int uncounted = 0;
    for (String path : shown.pathsBeside(seen)) {
      if (shown.hide(path, walk)) progress.accept(before + ++uncounted);
    }
    return uncounted;
  }

  /**
   * Looks at one path because an event said so: counts the file in, if there is a new one. What is gone is left to the
   * walk, which alone sees whether it is elsewhere now.
   *
   * @return true if something was counted
   */
  public synchronized boolean look(String path) throws IOException {
    requireWhole();
    try {
      return shown.show(files.find(path), walk);
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  // orphans

  /**
   * An unreferenced chunk that is behind the barrier.
   *
   * @param size encoded bytes, −1 if it was never there
   * @param postponed it was due before: too young then, or offered to others
   */
  public record Orphan(Digest digest, long size, boolean postponed) {}

  /**
   * Orphans that no index file can refer to: a walk that began after they lost their last reference is complete, and they
   * have none still. Whether they are old enough is for the caller to see from their access time.
   *
   * @param after the last one of the call before; null to begin
   * @param now epoch seconds; orphans that were {@link #postpone}d beyond it are left out
   * @return at most {@code limit}, in order; fewer only at the end
   */
  public synchronized List<Orphan> due(@Nullable Digest after, long now, int limit)
      throws IOException {
    requireWhole();
    return orphans.due(after, now, limit, complete);
  }

  /** True if a walk could bring an orphan nearer to its end that no complete walk has confirmed yet. */
  public synchronized boolean needsWalk() throws IOException {
    requireWhole();
    return orphans.needsWalk(complete);
  }

  /** The orphans are too young: not to be looked at before. Those that are referenced again are left alone. */
  public synchronized void postpone(Iterable<Digest> digests, long notBefore) throws IOException {
    requireWhole();
    orphans.postpone(digests, notBefore);
  }

  /** The chunks of these orphans are deleted. Those that are referenced again are left alone. */
  public synchronized void forget(Iterable<Digest> digests) throws IOException {
    requireWhole();
    orphans.forget(digests);
  }

  /** Tells of each chunk how many runs of which group hold it; for comparing with a recount. */
  public interface RunVisitor {
    /** @param runs by group, as in {@link Place#group} */
    void visit(Digest digest, Map<String, Integer> runs);
  }

  /** Every referenced chunk with its counts, in order. */
  public synchronized void runs(RunVisitor visitor) throws IOException {
    requireWhole();
    try (var all = tables.scan(Table.CHUNKS)) {
      for (all.seekToFirst(); all.isValid(); all.next()) {
        ChunkRecord chunk = ChunkRecord.decode(all.value());
        var runs = new TreeMap<String, Integer>();
        for (int i = 0; i < chunk.groups().length; i++) {
          runs.put(groups.of(chunk.groups()[i]).name(), chunk.runs()[i]);
        }
        if (!runs.isEmpty()) visitor.visit(Digest.of(all.key()), runs);
      }
      Tables.check(all);
    }
  }

  // figures

  /** A chunk's encoded size, 0 if it was not there, and how many groups refer to it. */
  public record Use(long sizeBytes, int groups) {}

  /** What is known of chunks, in their order; nothing and nobody of those that are not known. */
  public synchronized List<Use> uses(List<Digest> digests) throws IOException {
    requireWhole();
    var uses = new ArrayList<Use>(digests.size());
    for (byte[] value :
        tables.getAll(Table.CHUNKS, digests.stream().map(Keys::digest).toList())) {
      ChunkRecord chunk = value == null ? ChunkRecord.unreferenced(0) : ChunkRecord.decode(value);
      uses.add(new Use(Math.max(0, chunk.size()), chunk.groups().length));
    }
    return uses;
  }

  /** What every group takes. */
  public synchronized List<Space> spaces() {
    return groups.spaces();
  }

  /** Sums over the datastore. */
  public synchronized Figures figures() {
    return new Figures(
        totals.files,
        totals.dataBytes,
        totals.chunks,
        totals.chunkBytes,
        totals.missing,
        totals.orphans,
        totals.orphanBytes);
  }

  /**
   * @param dataBytes of all archives, before deduplication
   * @param chunks referenced and there when first referenced
   * @param missing referenced chunks that were not there
   * @param orphans known, not deleted yet
   */
  public record Figures(
      long indexFiles,
      long dataBytes,
      long chunks,
      long chunkBytes,
      long missing,
      long orphans,
      long orphanBytes) {}

  /** Takes a chunk that the index knows. */
  public interface ChunkVisitor {
    /** @param size encoded bytes, −1 if it was not there when it was first referenced */
    void visit(Digest digest, long size, boolean referenced) throws IOException;
  }

  /** Every chunk that the index knows, in order. */
  public synchronized void chunks(ChunkVisitor visitor) throws IOException {
    requireWhole();
    try (var all = tables.scan(Table.CHUNKS)) {
      for (all.seekToFirst(); all.isValid(); all.next()) {
        ChunkRecord chunk = ChunkRecord.decode(all.value());
        visitor.visit(Digest.of(all.key()), chunk.size(), !chunk.isOrphan());
      }
      Tables.check(all);
    }
  }

  /** The size of a chunk that is referenced but was missing, or is missing now, as it is. */
  public synchronized void resize(Digest digest, long size) throws IOException {
    requireWhole();
    byte[] value = tables.get(Table.CHUNKS, Keys.digest(digest));
    if (value == null) return;
    ChunkRecord chunk = ChunkRecord.decode(value);
    if (chunk.size() == size) return;
    try (var step = new Changes(tables, groups, totals)) {
      step.chunk(digest, chunk, chunk.withSize(size), walk);
      step.commit();
    }
  }

  /** Bytes of the index on its disk. */
  public long diskBytes() throws IOException {
    return tables.diskBytes(directory);
  }

  @Override
  public synchronized void close() {
    tables.close();
  }
}
