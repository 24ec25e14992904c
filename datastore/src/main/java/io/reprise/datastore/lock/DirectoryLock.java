package io.reprise.datastore.lock;

import io.reprise.datastore.os.Descriptor;
import io.reprise.datastore.os.FileStatus;
import io.reprise.datastore.os.Flock;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The lock of a group or a snapshot, taken twice (datastore.md §11.2): {@code flock} on its directory, which a PBS on
 * this host respects, and a {@link LockFile} in the shared state directory, which holds between hosts.
 *
 * <p>After locking, the path must still lead to the locked directory: removing renames it, and a lock on what lies in
 * {@code reprise-removed} by now protects nothing.
 */
public final class DirectoryLock implements AutoCloseable {
  private final Descriptor directory;
  private final LockFile file;

  private DirectoryLock(Descriptor directory, LockFile file) {
    this.directory = directory;
    this.file = file;
  }

  /**
   * @param lockFile the second copy, below {@code <state>/locks/<store>/}
   * @param holder who is asking and for what, for others to read
   * @throws LockBusy if anybody holds it
   * @throws NoSuchFileException if the directory is gone
   */
  public static DirectoryLock exclusive(Path directory, Path lockFile, String holder)
      throws IOException {
    return lock(directory, lockFile, holder, false);
  }

  /**
   * As {@link #exclusive}, and asks again until the time is over.
   *
   * @throws java.io.InterruptedIOException if the thread is interrupted meanwhile
   */
  public static DirectoryLock exclusive(
      Path directory, Path lockFile, String holder, Duration patience) throws IOException {
    return Patience.wait(patience, () -> exclusive(directory, lockFile, holder));
  }

  /**
   * @throws LockBusy if somebody holds it exclusively
   * @throws NoSuchFileException if the directory is gone
   */
  public static DirectoryLock shared(Path directory, Path lockFile) throws IOException {
    return lock(directory, lockFile, "", true);
  }

  private static DirectoryLock lock(Path directory, Path lockFile, String holder, boolean shared)
      throws IOException {
    Descriptor descriptor = Descriptor.openDirectory(directory);
    LockFile file = null;
    boolean kept = false;
    try {
      if (!Flock.tryLock(descriptor, shared)) {
        throw new LockBusy(directory, LockFile.holder(lockFile));
      }
      file = shared ? LockFile.shared(lockFile) : LockFile.exclusive(lockFile, holder);
      FileStatus now = FileStatus.find(directory);
      if (now == null || !now.isSameFile(descriptor.status())) {
        throw new NoSuchFileException(
            directory.toString(), null, "it was moved or removed while it was being locked");
      }
      kept = true;
      return new DirectoryLock(descriptor, file);
    } finally {
      if (!kept) {
        try (descriptor) {
          if (file != null) file.close();
        }
      }
    }
  }

  /**
   * From exclusive to shared. Between our own processes there is no moment in between; a PBS may slip in.
   *
   * @throws LockBusy if a PBS did; then nothing may be relied on, close this lock
   */
  public void downgrade() throws IOException {
    file.downgrade();
    if (!Flock.tryLock(directory, true)) {
      throw new LockBusy(directory.path(), "another program");
    }
  }

  /** Whether the second copy is still ours, and the directory still where it was. */
  public boolean isHeld() {
    try {
      FileStatus now = FileStatus.find(directory.path());
      return now != null && now.isSameFile(directory.status()) && file.isHeld();
    } catch (IOException lost) {
      return false;
    }
  }

  /** Releases, and deletes the second copy's file: for a directory that was removed or renamed under the lock. */
  public void closeRemoved() throws IOException {
    try {
      file.delete();
    } finally {
      directory.close();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      file.close();
    } finally {
      directory.close();
    }
  }
}
