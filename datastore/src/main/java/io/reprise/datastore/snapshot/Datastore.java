package io.reprise.datastore.snapshot;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.chunk.ChunkStore;
import io.reprise.datastore.lock.DirectoryLock;
import io.reprise.datastore.lock.ForeignWriters;
import io.reprise.datastore.lock.LockBusy;
import io.reprise.datastore.lock.MoveCounter;
import io.reprise.datastore.lock.ProcessLock;
import io.reprise.datastore.lock.WriterLeases;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.datastore.os.FileSystemSpace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One datastore on disk: its namespaces, groups, snapshots and chunks (datastore.md §1). One object a process and
 * datastore, safe for many threads; it remembers nothing of the content, so all hosts see the same.
 *
 * <p>Whether the caller may do what it asks (privileges, ownership, maintenance) is the caller's to check first;
 * {@link Maintenance#refusal} and {@link AuthId#owns} say how.
 */
public final class Datastore implements AutoCloseable {
  private final DatastoreConfig config;
  private final StorePaths paths;
  private final StoreLocks locks;
  private final ChunkStore chunks;
  private final Listing listing;
  private final RemovedSnapshots removed;
  private final Removal removal;
  private final Leftovers leftovers;

  private Datastore(DatastoreConfig config, DatastoreLayout layout) throws IOException {
    this.config = config;
    paths = StorePaths.of(config, layout);
    chunks = ChunkStore.open(config.path(), config.syncLevel(), config.floor().reserve());
    locks = new StoreLocks(paths, layout.writers(config.name()));
    listing = new Listing(paths);
    removed = new RemovedSnapshots(paths, locks);
    removal = new Removal(paths, locks, listing, removed);
    leftovers = new Leftovers(paths, locks, listing, chunks);
  }

  /** @throws NoSuchFileException if the path holds no chunk store */
  public static Datastore open(DatastoreConfig config, DatastoreLayout layout) throws IOException {
    return new Datastore(config, layout);
  }

  /**
   * Makes the datastore's directories (§1.1) and opens it.
   *
   * @param progress told the number of chunk directories made, up to 65,536
   * @throws FileAlreadyExistsException if the path holds a datastore already
   */
  public static Datastore create(
      DatastoreConfig config, DatastoreLayout layout, IntConsumer progress) throws IOException {
    ChunkStore.create(config.path(), progress);
    return open(config, layout);
  }

  public String name() {
    return config.name();
  }

  public Path path() {
    return config.path();
  }

  public DatastoreConfig config() {
    return config;
  }

  public ChunkStore chunks() {
    return chunks;
  }

  // namespaces

  public boolean exists(Namespace namespace) {
    return Files.isDirectory(namespace.below(paths.base()));
  }

  /**
   * The namespace itself and those below it, depth first (§1.3); just itself if it does not exist.
   *
   * @param maxDepth levels below {@code start}, cut to what is possible
   */
  public List<Namespace> namespaces(Namespace start, int maxDepth) throws IOException {
    return listing.namespaces(start, maxDepth);
  }

  /** Fine if it exists already. @throws NoSuchFileException if the parent does not exist */
  public void createNamespace(Namespace namespace) throws IOException {
    Namespace parent = namespace.parent();
    if (parent == null) return;
    if (!exists(parent)) {
      throw new NoSuchFileException(
          parent.toString(), null, "parent namespace does not exist: create it first");
    }
    Files.createDirectories(namespace.below(paths.base()));
    // Backups flush what they make: this was made before.
    Path above = parent.below(paths.base());
    AtomicFile.flushDirectory(above.resolve("ns"));
    AtomicFile.flushDirectory(above);
  }

  /**
   * Removes a namespace with all below it.
   *
   * @param withGroups also the groups in it; protected snapshots and what is in use stay, and so does what holds them
   * @param who for the record, e.g. {@code admin@pbs}
   * @return false if something is left
   */
  public boolean removeNamespace(Namespace namespace, boolean withGroups, String who)
      throws IOException {
    return removal.namespace(namespace, withGroups, who);
  }

  // groups

  /** In order (§1.2); a group may be empty. None for a namespace that does not exist. */
  public List<GroupId> groups(Namespace namespace) throws IOException {
    return listing.groups(namespace);
  }

  public boolean exists(Namespace namespace, GroupId group) {
    return Files.isDirectory(paths.group(namespace, group));
  }

  /**
   * @throws NoSuchFileException if the group or its owner is missing
   * @throws BadFormat if the owner file holds no user or token
   */
  public AuthId owner(Namespace namespace, GroupId group) throws IOException {
    AuthId owner = GroupFiles.owner(paths.group(namespace, group));
    if (owner == null) {
      throw new NoSuchFileException(
          group.toString(), null, "no such backup group, or its owner file is missing");
    }
    return owner;
  }

  /** @throws NoSuchFileException if there is no such group */
  public void setOwner(Namespace namespace, GroupId group, AuthId owner) throws IOException {
    GroupFiles.setOwner(paths.group(namespace, group), owner);
  }

  /** Empty if there are none, or no such group. */
  public String notes(Namespace namespace, GroupId group) throws IOException {
    return GroupFiles.notes(paths.group(namespace, group));
  }

  /** @throws NoSuchFileException if there is no such group */
  public void setNotes(Namespace namespace, GroupId group, String notes) throws IOException {
    GroupFiles.setNotes(paths.group(namespace, group), notes);
  }

  /**
   * Removes all snapshots that are not protected, then the group if none is left.
   *
   * @param who for the record, e.g. {@code admin@pbs}
   * @return false if protected snapshots are left
   * @throws NoSuchFileException if there is no such group
   * @throws LockBusy if the group or one of its snapshots is in use; some may be removed already
   * @throws RemovalRefused while a PBS's garbage collection runs, or if unknown files are in the group
   */
  public boolean removeGroup(Namespace namespace, GroupId group, String who) throws IOException {
    return removal.group(namespace, group, who);
  }

  // snapshots

  /** Oldest first, finished or not. None for a group that does not exist. */
  public List<SnapshotId> snapshots(Namespace namespace, GroupId group) throws IOException {
    return listing.snapshots(namespace, group);
  }

  /** The finished snapshot with the greatest time; null if there is none. */
  public @Nullable SnapshotId lastFinished(Namespace namespace, GroupId group) throws IOException {
    return listing.lastFinished(namespace, group);
  }

  public boolean exists(Namespace namespace, SnapshotId snapshot) {
    return Files.isDirectory(directory(namespace, snapshot));
  }

  /** True if its manifest is there. */
  public boolean isFinished(Namespace namespace, SnapshotId snapshot) throws IOException {
    return paths.isFinished(namespace, snapshot);
  }

  public Path directory(Namespace namespace, SnapshotId snapshot) {
    return paths.snapshot(namespace, snapshot);
  }

  /** Its indexes and blobs by name (§1.3). @throws NoSuchFileException if there is no such snapshot */
  public List<ArchiveName> files(Namespace namespace, SnapshotId snapshot) throws IOException {
    return listing.files(directory(namespace, snapshot));
  }

  /**
   * @throws NoSuchFileException if there is no such snapshot, or it is not finished
   * @throws BadFormat if the file is no manifest
   */
  public Manifest manifest(Namespace namespace, SnapshotId snapshot) throws IOException {
    return ManifestFile.read(paths.manifest(namespace, snapshot));
  }

  /**
   * Reads, changes and replaces the manifest under its lock (§5.3); durable when this returns.
   *
   * @param change what is not signed: notes, verification
   * @return what is stored now
   * @throws LockBusy if somebody else changed it for five seconds
   */
  public Manifest updateManifest(
      Namespace namespace, SnapshotId snapshot, UnaryOperator<Manifest> change) throws IOException {
    requireSnapshot(namespace, snapshot);
    try (var lock = locks.manifest(namespace, snapshot, "change of notes or state")) {
      requireSnapshot(namespace, snapshot);
      Path file = paths.manifest(namespace, snapshot);
      Manifest changed = change.apply(ManifestFile.read(file));
      ManifestFile.replace(file, changed, true);
      return changed;
    }
  }

  /**
   * Stores the client's log, {@code client.log.blob}, once.
   *
   * @param encoded the whole blob, checked by the caller
   * @throws FileAlreadyExistsException if there is one
   * @throws NoSuchFileException if there is no such snapshot
   */
  public void putClientLog(Namespace namespace, SnapshotId snapshot, ByteBuffer encoded)
      throws IOException {
    requireSnapshot(namespace, snapshot);
    try (var lock = locks.manifest(namespace, snapshot, "upload of a client log")) {
      Path file = directory(namespace, snapshot).resolve(ArchiveName.CLIENT_LOG.text());
      if (Files.exists(file)) {
        throw new FileAlreadyExistsException(
            file.toString(), null, "the log of this backup was uploaded before");
      }
      AtomicFile.replace(file, encoded, true);
    }
  }

  private void requireSnapshot(Namespace namespace, SnapshotId snapshot)
      throws NoSuchFileException {
    if (!exists(namespace, snapshot)) {
      throw new NoSuchFileException(paths.relative(namespace, snapshot), null, "no such snapshot");
    }
  }

  /** False also for a snapshot that does not exist. */
  public boolean isProtected(Namespace namespace, SnapshotId snapshot) throws IOException {
    return Protection.isSet(directory(namespace, snapshot));
  }

  /**
   * @throws NoSuchFileException if there is no such snapshot
   * @throws LockBusy if it is in use
   */
  public void setProtected(Namespace namespace, SnapshotId snapshot, boolean protect)
      throws IOException {
    try (var lock = locks.snapshot(namespace, snapshot, "change of protection")) {
      Protection.set(directory(namespace, snapshot), protect);
    }
  }

  /**
   * Keeps a snapshot from being removed while it is read or built upon; to be closed.
   *
   * @throws NoSuchFileException if there is no such snapshot
   * @throws LockBusy if it is being written or removed
   */
  public DirectoryLock lockForReading(Namespace namespace, SnapshotId snapshot) throws IOException {
    return locks.snapshotForReading(namespace, snapshot);
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
    removal.snapshot(namespace, snapshot, who);
  }

  /** What was removed and is not purged yet. */
  public RemovedSnapshots removed() {
    return removed;
  }

  // backups

  /**
   * Begins a snapshot: checks 3 (maintenance), 5 and 7 to 12 of protocol.md §3.1, and the space floor.
   *
   * @param caller becomes the owner of a new group
   * @param benchmark {@code host/benchmark}: no ownership check, and always removed at the end
   * @throws BackupRefused with the check that failed
   */
  public NewSnapshot startBackup(
      Namespace namespace, SnapshotId snapshot, AuthId caller, boolean benchmark)
      throws IOException {
    var maintenance = config.maintenance();
    String refusal = maintenance == null
        ? null
        : maintenance.refusal(config.name(), Maintenance.Operation.WRITE);
    if (refusal != null) throw new BackupRefused(new Refusal.UnderMaintenance(refusal));
    String full = spaceRefusal();
    if (full != null) throw new BackupRefused(new Refusal.NoSpace(full));
    if (!exists(namespace)) throw new BackupRefused(new Refusal.NoNamespace(namespace));
    return new BackupStart(paths, locks, listing, namespace, snapshot)
        .run(config.syncLevel(), caller, benchmark);
  }

  /**
   * Removes what sessions of dead processes left: unfinished snapshots of ours whose locks and leases are all free. To
   * be called at start and now and then.
   *
   * @return what was removed, as paths within the datastore
   */
  public List<String> removeUnfinished() throws IOException {
    return leftovers.removeUnfinished();
  }

  /** Removes temporary chunk files of dead writers. Reads all chunk directories. @return how many were removed */
  public long removeLeftoverChunks() throws IOException {
    return leftovers.removeChunks();
  }

  /** Removes our lock files of snapshots that a PBS removed. Reads all of them. @return how many were removed */
  public long removeLeftoverLocks() throws IOException {
    return leftovers.removeLocks();
  }

  // who writes, who moves: for garbage collection and for other writers (sync, tape restore)

  public ProcessLock processLock() {
    return locks.process();
  }

  public WriterLeases writerLeases() {
    return locks.leases();
  }

  public ForeignWriters foreignWriters() {
    return locks.foreign();
  }

  public MoveCounter moves() {
    return locks.moves();
  }

  // space

  public FileSystemSpace space() throws IOException {
    return FileSystemSpace.of(paths.base());
  }

  /** @return null if a new backup may begin, else why not */
  public @Nullable String spaceRefusal() throws IOException {
    return config.floor().refusal(config.name(), space());
  }

  @Override
  public void close() throws IOException {
    locks.close();
  }
}
