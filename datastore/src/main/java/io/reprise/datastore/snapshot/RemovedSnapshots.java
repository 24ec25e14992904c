package io.reprise.datastore.snapshot;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.lock.LockBusy;
import io.reprise.datastore.lock.LockFile;
import io.reprise.datastore.os.FileStatus;
import io.reprise.datastore.os.Rename;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Removing is renaming: a removed snapshot lies in {@code <store>/reprise-removed/<id>/<time>/}, beside a
 * {@code removed.json} that says what it was. The directory is not hidden: a PBS's garbage collection marks index files
 * wherever they lie, and no PBS lists what is there.
 *
 * <pre>
 * in its group ── move ──→ removed ── purge (garbage collection alone) ──→ gone
 *              ←─ restore ──┘
 * </pre>
 */
public final class RemovedSnapshots {
  private static final String RECORD = "removed.json";
  private static final int MAX_RECORD = 4 << 20;

  private final StorePaths paths;
  private final StoreLocks locks;
  private final Path directory;

  RemovedSnapshots(StorePaths paths, StoreLocks locks) {
    this.paths = paths;
    this.locks = locks;
    this.directory = paths.base().resolve("reprise-removed");
  }

  /** Oldest removal first. Entries without a snapshot, left by a crash, are not listed. */
  public List<RemovedSnapshot> list() throws IOException {
    var removed = new ArrayList<RemovedSnapshot>();
    try (var entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        boolean ours = SafeId.matches(name) && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
        RemovedSnapshot snapshot = ours ? find(name) : null;
        if (snapshot != null) removed.add(snapshot);
      }
    } catch (NoSuchFileException none) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    removed.sort(Comparator.comparing(RemovedSnapshot::removed).thenComparing(RemovedSnapshot::id));
    return removed;
  }

  /** @return null if there is none of that id. */
  public @Nullable RemovedSnapshot find(String id) throws IOException {
    Path record = directory.resolve(id).resolve(RECORD);
    try {
      long size = Files.size(record);
      if (size > MAX_RECORD) throw new BadFormat(record + " has " + size + " bytes: no record");
      var snapshot = RemovedSnapshot.parse(id, Files.readAllBytes(record));
      return Files.isDirectory(content(snapshot)) ? snapshot : null;
    } catch (NoSuchFileException gone) {
      return null;
    }
  }

  /** @throws InvalidName if the id is none: it comes from outside */
  private RemovedSnapshot require(String id) throws IOException {
    SafeId.check("id of a removed snapshot", id, 1, 64);
    RemovedSnapshot snapshot = find(id);
    if (snapshot == null) {
      throw new NoSuchFileException(
          directory.resolve(id).toString(), null, "no removed snapshot of that id");
    }
    return snapshot;
  }

  /** Where its files are. */
  public Path content(RemovedSnapshot removed) {
    return directory.resolve(removed.id()).resolve(removed.snapshot().timeText());
  }

  /** The caller holds the snapshot's exclusive lock. */
  void move(Namespace namespace, SnapshotId snapshot, String who) throws IOException {
    Path group = paths.group(namespace, snapshot.group());
    Instant now = Instant.now();
    String id =
        "%d-%08x".formatted(now.getEpochSecond(), ThreadLocalRandom.current().nextInt());
    var removed = new RemovedSnapshot(
        id, namespace, snapshot, GroupFiles.owner(group), GroupFiles.notes(group), now, who);
    Path entry = directory.resolve(id);
    Files.createDirectories(entry);
    boolean done = false;
    try {
      AtomicFile.replace(entry.resolve(RECORD), ByteBuffer.wrap(removed.toJson()), true);
      locks
          .moves()
          .move(() -> Rename.replace(paths.snapshot(namespace, snapshot), content(removed)));
      done = true;
    } finally {
      if (!done) Tree.delete(entry);
    }
  }

  /**
   * Undelete: moves a removed snapshot back to its group, which is made again when it is gone.
   *
   * @throws NoSuchFileException if there is none of that id, or its namespace is gone
   * @throws FileAlreadyExistsException if the group has a snapshot of that time again
   * @throws LockBusy if a backup of the group runs
   * @throws RemovalRefused while a PBS's garbage collection runs
   */
  public RemovedSnapshot restore(String id) throws IOException {
    try (var lock = lock(id);
        var alone = locks.holdOffCollection("removed snapshot " + id)) {
      RemovedSnapshot removed = require(id);
      Namespace namespace = removed.namespace();
      GroupId group = removed.snapshot().group();
      if (!Files.isDirectory(namespace.below(paths.base()))) {
        throw new NoSuchFileException(
            namespace.toString(), null, "its namespace is gone: create it first");
      }
      Path directory = paths.group(namespace, group);
      Files.createDirectories(directory);
      try (var groupLock = locks.group(namespace, group, "restore of removed " + id)) {
        restoreGroupFiles(directory, removed);
        moveBack(removed);
      }
      Tree.delete(this.directory.resolve(id));
      return removed;
    }
  }

  private static void restoreGroupFiles(Path group, RemovedSnapshot removed) throws IOException {
    if (GroupFiles.owner(group) != null || removed.owner() == null) return;
    GroupFiles.setOwner(group, removed.owner());
    if (!removed.groupNotes().isEmpty()) GroupFiles.setNotes(group, removed.groupNotes());
  }

  private void moveBack(RemovedSnapshot removed) throws IOException {
    Path target = paths.snapshot(removed.namespace(), removed.snapshot());
    if (FileStatus.find(target) != null) {
      throw new FileAlreadyExistsException(
          target.toString(), null, "remove this snapshot before the older one of the same time");
    }
    locks.moves().move(() -> Rename.replace(content(removed), target));
  }

  /**
   * Deletes a removed snapshot for good. Only garbage collection may: it knows whether the references were counted.
   *
   * @throws LockBusy if it is being restored
   */
  public void purge(String id) throws IOException {
    try (var lock = lock(id)) {
      Tree.delete(content(require(id)));
      Tree.delete(directory.resolve(id));
    }
  }

  private LockFile lock(String id) throws IOException {
    return LockFile.exclusive(
        paths.locks().resolve("reprise-removed.lck"), "restore or purge of " + id, LOCK_PATIENCE);
  }

  private static final java.time.Duration LOCK_PATIENCE = java.time.Duration.ofSeconds(10);
}
