package io.reprise.datastore.snapshot;

import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.chunk.ChunkStore;
import io.reprise.datastore.lock.LockBusy;
import io.reprise.datastore.lock.LockFile;
import io.reprise.datastore.lock.ProcessLock.ForeignUse;
import io.reprise.datastore.lock.WriterLeases.Writer;
import io.reprise.datastore.os.FileStatus;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What processes left that were killed: unfinished snapshots and temporary chunk files; and our locks of snapshots that a
 * PBS removed. Nothing goes that a living writer, ours on any host or a PBS's, may still want; in doubt it stays for the
 * next pass.
 */
final class Leftovers {
  /** Clocks of file servers and hosts differ; PBS's own allowance (datastore.md §7.4). */
  private static final Duration CLOCKS = Duration.ofSeconds(300);

  private final StorePaths paths;
  private final StoreLocks locks;
  private final Listing listing;
  private final ChunkStore chunks;

  Leftovers(StorePaths paths, StoreLocks locks, Listing listing, ChunkStore chunks) {
    this.paths = paths;
    this.locks = locks;
    this.listing = listing;
    this.chunks = chunks;
  }

  /**
   * Temporary chunk files whose writer is dead. A file's modification time is after its writer began, so what is older
   * than every living writer's lease has none of ours, and what is older than the last moment without a PBS writing has
   * none of a PBS's.
   */
  long removeChunks() throws IOException {
    Instant before = cutoff();
    return before == null ? 0 : chunks.removeLeftovers(before);
  }

  /** Second copies of locks whose snapshot is gone: a PBS that removes one knows nothing of them. */
  long removeLocks() throws IOException {
    var removed = new LongAdder();
    if (Files.notExists(paths.locks())) return 0;
    Files.walkFileTree(paths.locks(), new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
          throws IOException {
        if (removeLock(file)) removed.increment();
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException goneMeanwhile) {
        return FileVisitResult.CONTINUE;
      }
    });
    return removed.sum();
  }

  private boolean removeLock(Path file) throws IOException {
    String name = file.getFileName().toString();
    int dot = name.indexOf('.');
    if (dot < 0 || !SnapshotId.isTime(name.substring(0, dot))) return false;
    Path snapshot =
        paths.base().resolve(paths.locks().relativize(file)).resolveSibling(name.substring(0, dot));
    if (FileStatus.find(snapshot) != null) return false;
    try (var lock = LockFile.exclusive(file, "cleaning up")) {
      boolean gone = FileStatus.find(snapshot) == null;
      if (gone) lock.delete();
      return gone;
    } catch (LockBusy inUse) {
      return false;
    }
  }

  /** @return null if nothing may be removed now */
  @Nullable
  Instant cutoff() throws IOException {
    if (locks.process().foreignUse() == ForeignUse.COLLECTING) return null;
    Instant absent = locks.foreign().lastAbsent();
    if (absent == null) return null;
    Instant oldest = locks.leases().oldest();
    Instant limit = oldest != null && oldest.isBefore(absent) ? oldest : absent;
    return limit.minus(CLOCKS);
  }

  /**
   * Snapshots without a manifest, of ours, whose locks and lease are all free. Those that a PBS left are for prune, as
   * beside a PBS.
   */
  List<String> removeUnfinished() throws IOException {
    var removed = new ArrayList<String>();
    if (locks.process().foreignUse() != ForeignUse.NONE) return removed;
    // Read before the directories: a session takes its lease first, so one whose lease is missing
    // here but whose
    // directory shows up later is caught by its locks.
    Set<String> written =
        locks.leases().writers().stream().map(Writer::subject).collect(Collectors.toSet());
    for (Namespace namespace : listing.namespaces(Namespace.ROOT, Namespace.MAX_DEPTH)) {
      for (GroupId group : listing.groups(namespace)) {
        for (SnapshotId snapshot : listing.snapshots(namespace, group)) {
          String name = paths.relative(namespace, snapshot);
          if (!written.contains(name) && remove(namespace, snapshot)) removed.add(name);
        }
      }
    }
    return removed;
  }

  private boolean remove(Namespace namespace, SnapshotId snapshot) throws IOException {
    if (paths.isFinished(namespace, snapshot)) return false;
    FileStatus ours = FileStatus.find(paths.snapshotLock(namespace, snapshot));
    if (ours == null) return false;
    // With the group locked no session of it is starting.
    try (var group = locks.group(namespace, snapshot.group(), "cleaning up")) {
      return group.isHeld() && removeLocked(namespace, snapshot);
    } catch (LockBusy | NoSuchFileException inUse) {
      return false;
    }
  }

  private boolean removeLocked(Namespace namespace, SnapshotId snapshot) throws IOException {
    Path directory = paths.snapshot(namespace, snapshot);
    var lock = locks.snapshot(namespace, snapshot, "cleaning up");
    boolean gone = false;
    try {
      gone = !paths.isFinished(namespace, snapshot) && !Protection.isSet(directory);
      if (gone) Tree.delete(directory);
      return gone;
    } finally {
      if (gone) lock.closeRemoved();
      else lock.close();
    }
  }
}
