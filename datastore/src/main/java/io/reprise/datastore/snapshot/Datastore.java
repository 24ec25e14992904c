package io.reprise.datastore.snapshot;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.chunk.ChunkStore;
import io.reprise.datastore.lock.DirectoryLock;
import io.reprise.datastore.lock.LockBusy;
import io.reprise.datastore.lock.ProcessLock;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.datastore.os.FileSystemSpace;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One datastore on disk: its namespaces, groups, snapshots and chunks (datastore.md §1). One object a process and
 * datastore, safe for many threads; keeps no state of its own, so all hosts see the same.
 *
 * <p>Whether the caller may do what it asks (privileges, ownership, maintenance) is the caller's to check first;
 * {@link Maintenance#refusal} and {@link AuthId#owns} say how.
 */
public final class Datastore implements AutoCloseable {

  /** @throws NoSuchFileException if the path holds no chunk store */
  public static Datastore open(DatastoreConfig config, DatastoreLayout layout) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Makes the datastore's directories (§1.1) and opens it.
   *
   * @param progress told the number of chunk directories made, up to 65,536
   */
  public static Datastore create(
      DatastoreConfig config, DatastoreLayout layout, IntConsumer progress) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  public String name() {
    throw new UnsupportedOperationException("not yet");
  }

  public Path path() {
    throw new UnsupportedOperationException("not yet");
  }

  public ChunkStore chunks() {
    throw new UnsupportedOperationException("not yet");
  }

  public ProcessLock processLock() {
    throw new UnsupportedOperationException("not yet");
  }

  // namespaces

  public boolean exists(Namespace namespace) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * The namespace itself and those below it, depth first (§1.3).
   *
   * @param maxDepth levels below {@code start}, cut to what is possible
   */
  public List<Namespace> namespaces(Namespace start, int maxDepth) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** Fine if it exists already. @throws NoSuchFileException if the parent does not exist */
  public void createNamespace(Namespace namespace) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Removes a namespace with all below it.
   *
   * @param withGroups also the groups in it; protected snapshots stay, and so does what holds them
   * @return false if something is left
   */
  public boolean removeNamespace(Namespace namespace, boolean withGroups, String who)
      throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  // groups

  /** In order; a group may be empty. Empty list for a namespace that does not exist. */
  public List<GroupId> groups(Namespace namespace) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  public boolean exists(Namespace namespace, GroupId group) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** @throws NoSuchFileException if the group or its owner file is missing */
  public AuthId owner(Namespace namespace, GroupId group) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** @throws NoSuchFileException if there is no such group */
  public void setOwner(Namespace namespace, GroupId group, AuthId owner) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** Empty if there are none, or no such group. */
  public String notes(Namespace namespace, GroupId group) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** @throws NoSuchFileException if there is no such group */
  public void setNotes(Namespace namespace, GroupId group, String notes) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Removes all snapshots that are not protected, then the group if none is left.
   *
   * @param who for the record, e.g. {@code admin@pbs}
   * @return false if protected snapshots are left
   * @throws LockBusy if the group or one of its snapshots is in use; some may be removed already
   */
  public boolean removeGroup(Namespace namespace, GroupId group, String who) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  // snapshots

  /** Oldest first, finished or not. Empty for a group that does not exist. */
  public List<SnapshotId> snapshots(Namespace namespace, GroupId group) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** The finished snapshot with the greatest time; null if there is none. */
  public @Nullable SnapshotId lastFinished(Namespace namespace, GroupId group) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  public boolean exists(Namespace namespace, SnapshotId snapshot) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** True if its manifest is there. */
  public boolean isFinished(Namespace namespace, SnapshotId snapshot) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** Names of its indexes and blobs (§1.3). @throws NoSuchFileException if there is no such snapshot */
  public List<String> files(Namespace namespace, SnapshotId snapshot) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  public Path directory(Namespace namespace, SnapshotId snapshot) {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Changes a manifest under its lock and replaces it (notes, verify state).
   *
   * @throws NoSuchFileException if there is no such snapshot, or it is not finished
   * @throws LockBusy if somebody else kept the manifest locked
   */
  public void updateManifest(
      Namespace namespace, SnapshotId snapshot, UnaryOperator<Manifest> change) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** False also for a snapshot that does not exist. */
  public boolean isProtected(Namespace namespace, SnapshotId snapshot) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * @throws NoSuchFileException if there is no such snapshot
   * @throws LockBusy if it is in use
   */
  public void setProtected(Namespace namespace, SnapshotId snapshot, boolean protect)
      throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Forgets a snapshot: moves it to {@code reprise-removed/}, where its chunks stay referenced until it is purged.
   *
   * @param who for the record, e.g. {@code admin@pbs}
   * @throws NoSuchFileException if there is no such snapshot
   * @throws LockBusy if it is in use
   * @throws RemovalRefused if it is protected, or a PBS's garbage collection runs
   */
  public void removeSnapshot(Namespace namespace, SnapshotId snapshot, String who)
      throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Keeps a snapshot from being removed while it is read or built upon.
   *
   * @throws NoSuchFileException if there is no such snapshot
   * @throws LockBusy if it is being written or removed
   */
  public DirectoryLock lockForReading(Namespace namespace, SnapshotId snapshot) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  // backups

  /**
   * Begins a snapshot: checks 3 (maintenance), 5 and 7 to 12 of protocol.md §3.1 and the space floor.
   *
   * @param caller becomes the owner of a new group
   * @param benchmark {@code host/benchmark}: no ownership check, and always removed at the end
   * @throws BackupRefused with the check that failed
   */
  public NewSnapshot startBackup(
      Namespace namespace, SnapshotId snapshot, AuthId caller, boolean benchmark)
      throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * Removes what sessions of dead processes left: unfinished snapshots of ours whose locks and leases are all free.
   *
   * @return what was removed
   */
  public List<String> removeUnfinished() throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  // space

  public FileSystemSpace space() throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** @return null if a new backup may begin, else why not */
  public @Nullable String spaceRefusal() throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  @Override
  public void close() throws IOException {
    throw new UnsupportedOperationException("not yet");
  }
}
