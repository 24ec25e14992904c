package io.reprise.datastore.snapshot;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.chunk.SyncLevel;
import io.reprise.datastore.lock.DirectoryLock;
import io.reprise.datastore.lock.LockBusy;
import io.reprise.datastore.lock.ProcessLock;
import io.reprise.datastore.lock.WriterLease;
import io.reprise.datastore.manifest.VerifyState;
import io.reprise.datastore.os.Descriptor;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The checks at the beginning of a backup and what they take (protocol.md §3.1, checks 7 to 12), in their order. What was
 * taken is given back in reverse if a later check fails.
 */
final class BackupStart {
  private static final int ATTEMPTS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final String BACKUP = "backup ";

  private final StorePaths paths;
  private final StoreLocks locks;
  private final Listing listing;
  private final Namespace namespace;
  private final SnapshotId snapshot;
  private final Deque<DirectoryLock> taken = new ArrayDeque<>();

  BackupStart(
      StorePaths paths,
      StoreLocks locks,
      Listing listing,
      Namespace namespace,
      SnapshotId snapshot) {
    this.paths = paths;
    this.locks = locks;
    this.listing = listing;
    this.namespace = namespace;
    this.snapshot = snapshot;
  }

  /** What a session holds. */
  record Held(
      DirectoryLock group,
      @Nullable SnapshotId base,
      @Nullable DirectoryLock baseLock,
      DirectoryLock snapshotLock) {}

  /** @param benchmark {@code host/benchmark}: no ownership check, and always removed at the end */
  NewSnapshot run(SyncLevel syncLevel, AuthId caller, boolean benchmark) throws IOException {
    WriterLease lease = null;
    ProcessLock.Writing writing = null;
    Descriptor fileSystem = null;
    boolean done = false;
    try {
      lease = locks.leases().acquire(paths.relative(namespace, snapshot));
      writing = locks.process().startWriting();
      fileSystem = Descriptor.openBase(paths.base());
      Held held = take(caller, benchmark);
      done = true;
      return new NewSnapshot(
          paths, namespace, snapshot, syncLevel, benchmark, held, lease, writing, fileSystem);
    } finally {
      if (!done) close(fileSystem, writing, lease);
    }
  }

  private static void close(
      @Nullable Descriptor fileSystem,
      ProcessLock.@Nullable Writing writing,
      @Nullable WriterLease lease)
      throws IOException {
    try (lease;
        writing) {
      if (fileSystem != null) fileSystem.close();
    }
  }

  private Held take(AuthId caller, boolean benchmark) throws IOException {
    boolean done = false;
    try {
      DirectoryLock group = keep(lockGroup());
      checkOwner(caller, benchmark);
      SnapshotId base = null;
      DirectoryLock baseLock = null;
      for (int i = 0; baseLock == null && i < ATTEMPTS; i++) {
        base = chooseBase();
        if (base == null) break;
        if (snapshot.time() <= base.time()) {
          throw new BackupRefused(new Refusal.TimeNotAfterBase(snapshot, base));
        }
        baseLock = lockBase(base);
      }
      if (baseLock != null) keep(baseLock);
      else base = null;
      var held = new Held(group, base, baseLock, makeSnapshot());
      done = true;
      return held;
    } finally {
      if (!done) giveBack();
    }
  }

  private DirectoryLock keep(DirectoryLock lock) {
    taken.push(lock);
    return lock;
  }

  private void giveBack() throws IOException {
    if (taken.isEmpty()) return;
    try (var oldest = taken.removeLast()) {
      giveBack();
    }
  }

  /** Check 7. The type's and the group's directories are made when missing; the namespace never is. */
  private DirectoryLock lockGroup() throws IOException {
    for (int i = 0; ; i++) {
      try {
        makeDirectory(paths.type(namespace, snapshot.group().type()));
        makeDirectory(paths.group(namespace, snapshot.group()));
        return tryGroup();
      } catch (LockBusy busy) {
        throw new BackupRefused(new Refusal.GroupBusy(snapshot.group(), busy.holder()));
      } catch (NoSuchFileException removedMeanwhile) {
        if (!Files.isDirectory(namespace.below(paths.base()))) {
          throw new BackupRefused(new Refusal.NoNamespace(namespace));
        }
        if (i == ATTEMPTS) throw removedMeanwhile;
      }
    }
  }

  /** Another backup holds the group long; whoever cleans up or removes is done soon. */
  private DirectoryLock tryGroup() throws IOException {
    String holder = BACKUP + snapshot;
    try {
      return locks.group(namespace, snapshot.group(), holder);
    } catch (LockBusy busy) {
      if (busy.holder().startsWith(BACKUP)) throw busy;
      return locks.group(namespace, snapshot.group(), holder, PATIENCE);
    }
  }

  private static void makeDirectory(Path directory) throws IOException {
    try {
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException there) {
      // as usual
    }
  }

  /** Check 8. A group without snapshots whose owner is missing is one whose maker was killed: it is new. */
  private void checkOwner(AuthId caller, boolean benchmark) throws IOException {
    Path group = paths.group(namespace, snapshot.group());
    AuthId owner = GroupFiles.owner(group);
    if (owner == null && listing.snapshots(namespace, snapshot.group()).isEmpty()) {
      GroupFiles.setOwner(group, caller);
    } else if (!benchmark && (owner == null || !caller.owns(owner))) {
      throw new BackupRefused(new Refusal.NotOwner(snapshot.group(), owner, caller));
    }
  }

  /** Check 9. */
  private @Nullable SnapshotId chooseBase() throws IOException {
    SnapshotId base = listing.lastFinished(namespace, snapshot.group());
    if (base == null) return null;
    try {
      VerifyState verified = ManifestFile.read(paths.manifest(namespace, base)).verifyState();
      return verified == null || verified.ok() ? base : null;
    } catch (io.reprise.datastore.BadFormat unreadable) {
      return null; // nothing to build on, but no reason against a new backup
    } catch (NoSuchFileException removedMeanwhile) {
      return null;
    }
  }

  /** Check 11. @return null if the base was removed meanwhile */
  private @Nullable DirectoryLock lockBase(SnapshotId base) throws IOException {
    try {
      return locks.snapshotForReading(namespace, base);
    } catch (LockBusy busy) {
      throw new BackupRefused(new Refusal.BaseBusy(base, busy.holder()));
    } catch (NoSuchFileException removedMeanwhile) {
      return null;
    }
  }

  /** Check 12. */
  private DirectoryLock makeSnapshot() throws IOException {
    Path directory = paths.snapshot(namespace, snapshot);
    boolean made = false;
    boolean locked = false;
    try {
      Files.createDirectory(directory);
      made = true;
      var lock = locks.snapshot(namespace, snapshot, BACKUP + snapshot);
      locked = true;
      return lock;
    } catch (FileAlreadyExistsException | LockBusy taken) {
      throw new BackupRefused(new Refusal.SnapshotExists(snapshot));
    } finally {
      if (made && !locked) Files.deleteIfExists(directory);
    }
  }
}
