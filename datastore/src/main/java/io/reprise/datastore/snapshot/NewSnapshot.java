package io.reprise.datastore.snapshot;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.chunk.SyncLevel;
import io.reprise.datastore.lock.DirectoryLock;
import io.reprise.datastore.lock.LockBusy;
import io.reprise.datastore.lock.ProcessLock;
import io.reprise.datastore.lock.WriterLease;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.datastore.os.Descriptor;
import io.reprise.datastore.os.Rename;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot while it is written (datastore.md §11.3). Holds the group lock, a shared lock on the base snapshot, the
 * snapshot's own lock, the shared process lock and a writer lease until {@link #close}.
 *
 * <pre>
 * Datastore.startBackup → OPEN ── finish ──→ FINISHED ── close → kept (a benchmark's: removed)
 *                          ├── finish fails half way ──→ BROKEN ── close → removed
 *                          └── abort, close without finish ──→ removed
 * </pre>
 *
 * <p>{@code index.json.blob} keeps a temporary name until {@link #finish}: nobody, no PBS either, takes the snapshot for
 * finished before everything in it is on the disk.
 *
 * <p>Safe for many threads: files may be written side by side.
 */
public final class NewSnapshot implements AutoCloseable {
  private enum State {
    OPEN,
    FINISHED,
    /** Finishing went wrong half way; asked again, a flush would no longer tell of the write that was lost. */
    BROKEN,
    REMOVED,
    CLOSED
  }

  private final StorePaths paths;
  private final Namespace namespace;
  private final SnapshotId id;
  private final SyncLevel level;
  private final boolean benchmark;
  private final BackupStart.Held held;
  private final WriterLease lease;
  private final ProcessLock.Writing writing;
  private final Descriptor fileSystem;
  private final AtomicInteger indexes = new AtomicInteger();

  private State state = State.OPEN;
  private @Nullable Path pendingManifest;

  /** @param fileSystem opened before the session's first write, so that flushing it tells of every failed one */
  NewSnapshot(
      StorePaths paths,
      Namespace namespace,
      SnapshotId id,
      SyncLevel level,
      boolean benchmark,
      BackupStart.Held held,
      WriterLease lease,
      ProcessLock.Writing writing,
      Descriptor fileSystem) {
    this.paths = paths;
    this.namespace = namespace;
    this.id = id;
    this.level = level;
    this.benchmark = benchmark;
    this.held = held;
    this.lease = lease;
    this.writing = writing;
    this.fileSystem = fileSystem;
  }

  public Namespace namespace() {
    return namespace;
  }

  public SnapshotId id() {
    return id;
  }

  /** When the session began, by the file server's clock: no chunk that it touched has an older access time. */
  public Instant since() {
    return lease.since();
  }

  /** The newest finished snapshot of the group, locked for the whole session; null if there is none to build on. */
  public @Nullable SnapshotId base() {
    return held.base();
  }

  /** A file of the base snapshot. @throws IllegalStateException if there is no base */
  public Path baseFile(ArchiveName name) {
    if (held.base() == null) throw new IllegalStateException(id + " has no base snapshot");
    return paths.snapshot(namespace, held.base()).resolve(name.text());
  }

  /** Where the snapshot's files are. */
  public Path directory() {
    return paths.snapshot(namespace, id);
  }

  /** Where an archive is once it is whole: the target of an index writer's finish. */
  public Path file(ArchiveName name) {
    return directory().resolve(name.text());
  }

  /**
   * Where an index is written until it is whole: {@code X.tmp_fidx} for {@code X.fidx} (§1.5), which no listing shows.
   * Each call gives another file, as one name may be open more than once.
   */
  public Path temporaryIndex(ArchiveName name) {
    if (name.kind() == ArchiveName.Kind.BLOB)
      throw new IllegalArgumentException(name + " is a blob");
    int number = indexes.getAndIncrement();
    String stem = number == 0 ? name.base() : name.base() + "." + number;
    return directory().resolve(stem + ".tmp_" + name.kind().extension().substring(1));
  }

  /** Whether indexes are to be flushed one by one as they are finished (level {@code file}). */
  public boolean flushesFiles() {
    return level == SyncLevel.FILE;
  }

  /**
   * Stores a blob under its name; replaces one of the same name. {@code index.json.blob} stays out of sight until
   * {@link #finish}; once finished, a new one must be a readable manifest.
   *
   * @param encoded the whole blob from position to limit, not moved; the caller has checked it
   */
  public synchronized void putBlob(ArchiveName name, ByteBuffer encoded) throws IOException {
    if (name.kind() != ArchiveName.Kind.BLOB)
      throw new IllegalArgumentException(name + " is an index");
    if (state != State.OPEN && state != State.FINISHED) throw over();
    if (!name.equals(ArchiveName.MANIFEST)) {
      AtomicFile.replace(file(name), encoded, flushesFiles());
    } else if (state == State.FINISHED) {
      Manifest.read(encoded);
      AtomicFile.replace(file(name), encoded, level != SyncLevel.NONE);
    } else {
      Path earlier = pendingManifest;
      pendingManifest = AtomicFile.writeTemporary(file(name), encoded, false);
      if (earlier != null) Files.deleteIfExists(earlier);
    }
  }

  /**
   * Makes the snapshot stand. In this order: everything is flushed as the store's sync level says, {@code beforeVisible}
   * runs, the manifest gets its name, the directory is flushed. What returns is durable (but at level {@code none}).
   *
   * @param edit what the server adds to the client's manifest: the upload statistics
   * @param beforeVisible writes the outbox entry, told the manifest as it will stand; its own failures are its own matter,
   *     what it throws fails the session
   * @throws BadFormat if {@code index.json.blob} was not uploaded or is no manifest
   * @throws IOException if flushing failed, or a lock, the lease or the base snapshot was lost; the session cannot be
   *     finished any more, close it
   * @throws IllegalStateException if it is finished or removed already
   */
  public synchronized Manifest finish(
      UnaryOperator<Manifest> edit, Consumer<Manifest> beforeVisible) throws IOException {
    if (state != State.OPEN) throw over();
    if (pendingManifest == null) {
      throw new BadFormat("backup " + id + " has no index.json.blob: upload it before finish");
    }
    Manifest manifest = edit.apply(ManifestFile.read(pendingManifest));
    state = State.BROKEN; // until proved otherwise
    requireHeld();
    Path whole = ManifestFile.writeTemporary(file(ArchiveName.MANIFEST), manifest, flushesFiles());
    Files.deleteIfExists(pendingManifest);
    pendingManifest = whole;
    flush();
    requireHeld();
    beforeVisible.accept(manifest);
    Rename.replace(whole, file(ArchiveName.MANIFEST));
    if (level != SyncLevel.NONE) AtomicFile.flushDirectory(directory());
    state = State.FINISHED;
    return manifest;
  }

  private void flush() throws IOException {
    switch (level) {
      case NONE -> {}
      case FILESYSTEM -> fileSystem.syncfs();
      case FILE -> {
        AtomicFile.flushDirectory(directory());
        AtomicFile.flushDirectory(paths.group(namespace, id.group()));
        AtomicFile.flushDirectory(paths.type(namespace, id.group().type()));
        AtomicFile.flushDirectory(namespace.below(paths.base()));
      }
    }
  }

  private void requireHeld() throws IOException {
    String lost = null;
    if (!lease.isHeld()) lost = "its lease as a writer";
    else if (!held.group().isHeld()) lost = "the lock of its group";
    else if (!held.snapshotLock().isHeld()) lost = "its own lock";
    else if (held.baseLock() != null && !held.baseLock().isHeld()) {
      lost = "its base snapshot " + held.base();
    }
    if (lost != null) {
      throw new IOException("backup " + id + " lost " + lost
          + " while it ran (file server restarted, or removed): back up again");
    }
  }

  /** Removes everything that was written, unless it is finished. Locks stay until {@link #close}. */
  public synchronized void abort() throws IOException {
    if (state != State.OPEN) return;
    state = State.BROKEN; // if this fails, close tries again
    if (remove()) state = State.REMOVED;
  }

  /** @return false if it was protected meanwhile, and stays */
  private boolean remove() throws IOException {
    if (Protection.isSet(directory())) return false;
    Tree.delete(directory());
    return true;
  }

  public synchronized boolean isFinished() {
    return state == State.FINISHED;
  }

  /**
   * Ends a finished session but keeps the snapshot under a shared lock, for verifying it next (verify-new).
   *
   * @throws LockBusy if a PBS took the lock in between; everything is released then
   * @throws IllegalStateException if it is not finished
   */
  public synchronized DirectoryLock closeForReading() throws IOException {
    if (state != State.FINISHED || benchmark) throw over();
    state = State.CLOSED;
    DirectoryLock lock = held.snapshotLock();
    boolean kept = false;
    try {
      releaseOthers();
      lock.downgrade();
      kept = true;
      return lock;
    } finally {
      if (!kept) lock.close();
    }
  }

  /** Releases all locks; a snapshot that is not finished, or is a benchmark's, is removed first. */
  @Override
  public synchronized void close() throws IOException {
    if (state == State.CLOSED) return;
    boolean keep = state == State.FINISHED && !benchmark;
    boolean removed = state == State.REMOVED;
    state = State.CLOSED;
    try {
      if (!keep && !removed) removed = remove();
    } finally {
      try {
        // What could not be removed keeps its lock file: by that it is known as ours to clean up.
        if (removed) held.snapshotLock().closeRemoved();
        else held.snapshotLock().close();
      } finally {
        releaseOthers();
      }
    }
  }

  private void releaseOthers() throws IOException {
    try (lease;
        fileSystem;
        writing;
        var group = held.group();
        var base = held.baseLock()) {
      Objects.requireNonNull(group); // all are closed, the base first
    }
  }

  private IllegalStateException over() {
    return new IllegalStateException(
        "backup " + id + " is " + state.name().toLowerCase(java.util.Locale.ROOT));
  }
}
