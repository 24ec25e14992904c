package io.reprise.datastore.snapshot;

import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.lock.DirectoryLock;
import io.reprise.datastore.lock.ForeignWriters;
import io.reprise.datastore.lock.ManifestLock;
import io.reprise.datastore.lock.MoveCounter;
import io.reprise.datastore.lock.ProcessLock;
import io.reprise.datastore.lock.WriterLeases;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The locks of one datastore, by what they lock (datastore.md §11). */
final class StoreLocks implements AutoCloseable {
  private final StorePaths paths;
  private final ProcessLock process;
  private final WriterLeases leases;
  private final ForeignWriters foreign;
  private final MoveCounter moves;

  StoreLocks(StorePaths paths, Path writers) throws IOException {
    this.paths = paths;
    process = ProcessLock.open(paths.base().resolve(".lock"));
    leases = new WriterLeases(writers);
    foreign = new ForeignWriters(process, paths.locks().resolve("foreign-absent"));
    moves = new MoveCounter(paths.locks().resolve("moves"));
  }

  DirectoryLock group(Namespace namespace, GroupId group, String holder) throws IOException {
    return DirectoryLock.exclusive(
        paths.group(namespace, group), paths.groupLock(namespace, group), holder);
  }

  /** The same, but asks again until the time is over. */
  DirectoryLock group(Namespace namespace, GroupId group, String holder, Duration patience)
      throws IOException {
    return DirectoryLock.exclusive(
        paths.group(namespace, group), paths.groupLock(namespace, group), holder, patience);
  }

  DirectoryLock snapshot(Namespace namespace, SnapshotId snapshot, String holder)
      throws IOException {
    return DirectoryLock.exclusive(
        paths.snapshot(namespace, snapshot), paths.snapshotLock(namespace, snapshot), holder);
  }

  DirectoryLock snapshotForReading(Namespace namespace, SnapshotId snapshot) throws IOException {
    return DirectoryLock.shared(
        paths.snapshot(namespace, snapshot), paths.snapshotLock(namespace, snapshot));
  }

  ManifestLock manifest(Namespace namespace, SnapshotId snapshot, String holder)
      throws IOException {
    return ManifestLock.acquire(
        paths.manifestRunLock(namespace, snapshot),
        paths.manifestLock(namespace, snapshot),
        holder,
        ManifestLock.PATIENCE);
  }

  ProcessLock process() {
    return process;
  }

  WriterLeases leases() {
    return leases;
  }

  ForeignWriters foreign() {
    return foreign;
  }

  MoveCounter moves() {
    return moves;
  }

  /**
   * To be held while a snapshot moves: a PBS's garbage collection cannot start meanwhile, as its walk could miss what
   * moves.
   *
   * @throws RemovalRefused if one runs
   */
  ProcessLock.Writing holdOffCollection(String what) throws IOException {
    var writing = process.startWriting();
    if (process.isHeld()) return writing;
    writing.close();
    throw new RemovalRefused("cannot move "
        + what
        + " now: a Proxmox Backup Server collects garbage in "
        + paths.base()
        + "; try again when it is done");
  }

  @Override
  public void close() throws IOException {
    process.close();
  }
}
