package io.reprise.gc.references;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.chunk.Digest;
import io.reprise.gc.references.FileRecord.State;
import io.reprise.gc.references.IndexFiles.Content;
import io.reprise.gc.references.Keys.Orphaned;
import io.reprise.gc.references.Keys.Shown;
import io.reprise.gc.references.Tables.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
 * <p>After an {@link IOException} other than one that names an index file of the datastore, close it and open it again.
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
  private final Counting counting;
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
    counting = new Counting(tables, files, chunks, groups, totals, partEntries);
    walk = number(Keys.WALK);
    complete = number(Keys.COMPLETE);
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
    long last = number(Keys.EPOCH);
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
    for (FileRecord file : records()) {
      if (file.state() != State.COUNTED) finish(file);
    }
    for (FileRecord file : records()) {
      if (file.paths() == 0) countOut(file);
    }
  }

  /** A crash may leave a kept file that is not, or no longer, counted. */
  private void dropUnusedKept() throws IOException {
    var used = new HashSet<IndexIdentity>();
    for (FileRecord file : records()) used.add(file.identity());
    for (IndexIdentity kept : files.kept()) {
      if (!used.contains(kept)) files.dropKept(kept);
    }
  }

  private List<FileRecord> records() throws IOException {
    var records = new ArrayList<FileRecord>();
    try (var all = tables.iterator(Table.FILES)) {
      for (all.seekToFirst(); all.isValid(); all.next()) {
        records.add(FileRecord.decode(Keys.number(all.key()), all.value()));
      }
      Tables.check(all);
    }
    return records;
  }

  private long number(byte[] key) throws IOException {
    byte[] value = tables.get(Table.META, key);
    return value == null ? 0 : Keys.number(value);
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
          if (show(file)) progress.accept(++counted);
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
    var shown = new HashSet<String>(found.size() * 2);
    for (FoundIndex file : found) shown.add(file.path());
    var gone = new ArrayList<String>();
    try (var all = tables.iterator(Table.PATHS)) {
      for (all.seekToFirst(); all.isValid(); all.next()) {
        String path = new String(all.key(), StandardCharsets.UTF_8);
        if (!shown.contains(path)) gone.add(path);
      }
      Tables.check(all);
    }
    int uncounted = 0;
    for (String path : gone) {
      if (hide(path)) progress.accept(before + ++uncounted);
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
    try {
      return show(files.find(path));
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  // paths and files

  /** The path shows this file now. @return true if a file was counted in or out for it */
  private boolean show(FoundIndex found) throws IOException {
    Shown known = shown(found.path());
    if (known != null && known.fits(found)) return false;
    FileRecord file = byInode(found);
    FileRecord old = null;
    boolean fresh = false;
    try (var step = new Changes(tables, groups, totals)) {
      if (file == null) {
        Read read = read(found, known);
        file = identified(read, step);
        if (file == null) {
          file = begin(read, step);
          fresh = true;
        }
      }
      if (known == null || known.file() != file.id()) {
        file = file.withPaths(file.paths() + 1);
        step.file(file);
        if (known != null) {
          old = record(known.file());
          old = old.withPaths(old.paths() - 1);
          step.file(old);
        }
      }
      byte[] shown = Shown.of(file.id(), found).encode();
      step.put(Table.PATHS, Keys.path(found.path()), shown);
      if (file.inode() == found.inode()) step.put(Table.INODES, Keys.number(found.inode()), shown);
      step.commit();
    }
    if (fresh) finish(file);
    if (old == null || old.paths() > 0) return fresh;
    countOut(old);
    return true;
  }

  private @Nullable Shown shown(String path) throws IOException {
    byte[] value = tables.get(Table.PATHS, Keys.path(path));
    return value == null ? null : Shown.decode(value);
  }

  /** A kept file's inode belongs to nobody else, so a path that has it shows that file: it was moved, or is a link. */
  private @Nullable FileRecord byInode(FoundIndex found) throws IOException {
    byte[] value = tables.get(Table.INODES, Keys.number(found.inode()));
    if (value == null) return null;
    Shown shown = Shown.decode(value);
    return shown.fits(found) ? record(shown.file()) : null;
  }

  private FileRecord record(long id) throws IOException {
    byte[] value = tables.get(Table.FILES, Keys.number(id));
    if (value == null) throw new IndexDamaged("index file " + id + " is unknown");
    return FileRecord.decode(id, value);
  }

  /** What reading a file told. @param inode of what is kept of it */
  private record Read(
      Place place, IndexIdentity identity, long entries, long dataBytes, long inode) {}

  /** @param before what the path showed until now */
  private Read read(FoundIndex found, @Nullable Shown before) throws IOException {
    Place place = files.place(found.path());
    IndexIdentity identity;
    long entries;
    long dataBytes;
    try (Content content = files.open(found.path())) {
      identity = content.identity();
      entries = content.entries();
      dataBytes = content.dataBytes();
    }
    requireSame(found);
    if (before != null
        && before.inode() == found.inode()
        && !record(before.file()).identity().equals(identity)) {
      throw new IndexDamaged("index file " + found.path() + " was changed in place");
    }
    long inode = files.keep(found.path(), identity);
    try {
      requireSame(found); // between reading and linking the path may have got another file
    } catch (NoSuchFileException changed) {
      if (!counting.isUsed(identity)) files.dropKept(identity);
      throw changed;
    }
    return new Read(place, identity, entries, dataBytes, inode);
  }

  private void requireSame(FoundIndex found) throws IOException {
    if (!files.find(found.path()).isSameFile(found)) throw new NoSuchFileException(found.path());
  }

  /** A file that is counted already, at another path. */
  private @Nullable FileRecord identified(Read read, Changes step) throws IOException {
    int group = groups.number(read.place().group(), step);
    byte[] id = tables.get(Table.IDENTITIES, identityKey(read, group));
    return id == null ? null : record(Keys.number(id));
  }

  private static byte[] identityKey(Read read, int group) {
    return Keys.identity(
        read.identity(), group, read.place().archive(), read.place().time());
  }

  private FileRecord begin(Read read, Changes step) throws IOException {
    int group = groups.number(read.place().group(), step);
    long id = number(Keys.NEXT_FILE) + 1;
    var file = new FileRecord(
        id,
        read.identity(),
        group,
        read.place().archive(),
        read.place().time(),
        read.inode(),
        read.entries(),
        read.dataBytes(),
        0,
        State.COUNTED,
        0,
        0,
        0);
    step.put(Table.META, Keys.NEXT_FILE, Keys.number(id));
    step.put(Table.IDENTITIES, identityKey(read, group), Keys.number(id));
    return file.begin(State.ADDING, neighbour(file, false), neighbour(file, true));
  }

  /** The counted file before or behind it in its place, 0 if there is none. */
  private long neighbour(FileRecord file, boolean behind) throws IOException {
    byte[] prefix = Keys.lineage(file.group(), file.archive());
    byte[] key = Keys.lineage(file);
    try (var all = tables.iterator(Table.LINEAGES)) {
      if (behind) all.seek(key);
      else all.seekForPrev(key);
      if (all.isValid() && Arrays.equals(all.key(), key)) {
        if (behind) all.next();
        else all.prev();
      }
      Tables.check(all);
      boolean found =
          all.isValid() && all.key().length == key.length && Tables.startsWith(all.key(), prefix);
      return found ? Keys.fileOfLineage(all.key()) : 0;
    }
  }

  /** The path shows nothing any more. @return true if its file was counted out */
  private boolean hide(String path) throws IOException {
    Shown known = shown(path);
    if (known == null) return false;
    FileRecord file = record(known.file());
    file = file.withPaths(file.paths() - 1);
    try (var step = new Changes(tables, groups, totals)) {
      step.delete(Table.PATHS, Keys.path(path));
      step.file(file);
      step.commit();
    }
    if (file.paths() > 0) return false;
    countOut(file);
    return true;
  }

  private void countOut(FileRecord file) throws IOException {
    FileRecord removing = file.begin(State.REMOVING, neighbour(file, false), neighbour(file, true));
    try (var step = new Changes(tables, groups, totals)) {
      step.file(removing);
      step.commit();
    }
    finish(removing);
  }

  private void finish(FileRecord file) throws IOException {
    try {
      counting.finish(file, walk);
    } catch (NoSuchFileException lost) {
      throw new IndexDamaged("a kept index file is gone (" + lost.getFile() + ")");
    }
  }

  // orphans

  /** An unreferenced chunk that is behind the barrier. @param size encoded bytes, −1 if it was never there */
  public record Orphan(Digest digest, long size) {}

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
    var due = new ArrayList<Orphan>();
    try (var all = tables.iterator(Table.ORPHANS)) {
      if (after == null) all.seekToFirst();
      else {
        all.seek(Keys.digest(after));
        if (all.isValid() && Arrays.equals(all.key(), Keys.digest(after))) all.next();
      }
      for (; all.isValid() && due.size() < limit; all.next()) {
        Orphaned since = Orphaned.decode(all.value());
        if (since.walk() >= complete || since.notBefore() > now) continue;
        Digest digest = Digest.of(all.key());
        due.add(new Orphan(digest, chunk(digest).size()));
      }
      Tables.check(all);
    }
    return due;
  }

  private ChunkRecord chunk(Digest digest) throws IOException {
    byte[] value = tables.get(Table.CHUNKS, Keys.digest(digest));
    if (value == null) throw new IndexDamaged("orphan " + digest + " has no record");
    return ChunkRecord.decode(value);
  }

  /** True if a walk could bring an orphan nearer to its end that no complete walk has confirmed yet. */
  public synchronized boolean needsWalk() throws IOException {
    try (var all = tables.iterator(Table.ORPHANS)) {
      for (all.seekToFirst(); all.isValid(); all.next()) {
        if (Orphaned.decode(all.value()).walk() >= complete) return true;
      }
      Tables.check(all);
    }
    return false;
  }

  /** The orphans are too young: not to be looked at before. Those that are referenced again are left alone. */
  public synchronized void postpone(Iterable<Digest> digests, long notBefore) throws IOException {
    try (var step = new Changes(tables, groups, totals)) {
      for (Digest digest : digests) {
        byte[] key = Keys.digest(digest);
        byte[] value = tables.get(Table.ORPHANS, key);
        if (value == null) continue;
        long walk = Orphaned.decode(value).walk();
        step.put(Table.ORPHANS, key, new Orphaned(walk, notBefore).encode());
      }
      step.commit();
    }
  }

  /** The chunks of these orphans are deleted. Those that are referenced again are left alone. */
  public synchronized void forget(Iterable<Digest> digests) throws IOException {
    try (var step = new Changes(tables, groups, totals)) {
      for (Digest digest : digests) {
        byte[] value = tables.get(Table.CHUNKS, Keys.digest(digest));
        if (value == null) continue;
        ChunkRecord chunk = ChunkRecord.decode(value);
        if (chunk.isOrphan()) step.forget(digest, chunk);
      }
      step.commit();
    }
  }

  /** Tells of each chunk how many runs of which group hold it; for comparing with a recount. */
  public interface RunVisitor {
    /** @param runs by group, as in {@link Place#group} */
    void visit(Digest digest, Map<String, Integer> runs);
  }

  /** Every referenced chunk with its counts, in order. */
  public synchronized void runs(RunVisitor visitor) throws IOException {
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

  /** @return true if some index file refers to the chunk, as far as walks and looks have seen */
  public synchronized boolean isReferenced(Digest digest) throws IOException {
    byte[] value = tables.get(Table.CHUNKS, Keys.digest(digest));
    return value != null && !ChunkRecord.decode(value).isOrphan();
  }

  /** A chunk's encoded size, 0 if it was not there, and how many groups refer to it. */
  public record Use(long sizeBytes, int groups) {}

  /** What is known of chunks, in their order; nothing and nobody of those that are not known. */
  public synchronized List<Use> uses(List<Digest> digests) throws IOException {
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
