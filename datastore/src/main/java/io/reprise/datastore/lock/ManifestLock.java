package io.reprise.datastore.lock;

import io.reprise.datastore.os.Descriptor;
import io.reprise.datastore.os.FileStatus;
import io.reprise.datastore.os.Flock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The exclusive lock around every change of a manifest (datastore.md §5.3), taken twice: {@code flock} on PBS's file in
 * the run directory of this host, and a {@link LockFile} that holds between hosts. Readers take none, the manifest is
 * replaced in one step.
 */
public final class ManifestLock implements AutoCloseable {
  /** PBS waits as long. */
  public static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int MODE = 0660;

  private final Descriptor run;
  private final LockFile file;

  private ManifestLock(Descriptor run, LockFile file) {
    this.run = run;
    this.file = file;
  }

  /**
   * @param runFile PBS's lock file, e.g. {@code /run/proxmox-backup/locks/s1/vm/100/<time>.index.json.lck}; made with
   *     its directories when missing
   * @param lockFile the second copy
   * @throws LockBusy if somebody else kept it for the whole time
   */
  public static ManifestLock acquire(Path runFile, Path lockFile, String holder, Duration patience)
      throws IOException {
    return Patience.wait(patience, () -> attempt(runFile, lockFile, holder));
  }

  private static ManifestLock attempt(Path runFile, Path lockFile, String holder)
      throws IOException {
    Descriptor run = open(runFile);
    boolean kept = false;
    try {
      FileStatus now = Flock.tryLock(run, false) ? FileStatus.find(runFile) : null;
      if (now == null || !now.isSameFile(run.status())) { // busy, or deleted with its snapshot
        throw new LockBusy(runFile, LockFile.holder(lockFile));
      }
      var lock = new ManifestLock(run, LockFile.exclusive(lockFile, holder));
      kept = true;
      return lock;
    } finally {
      if (!kept) run.close();
    }
  }

  private static Descriptor open(Path file) throws IOException {
    try {
      return Descriptor.openOrCreate(file, MODE);
    } catch (NoSuchFileException noDirectory) {
      Path directory = file.getParent();
      if (directory == null) throw noDirectory;
      Files.createDirectories(directory);
      return Descriptor.openOrCreate(file, MODE);
    }
  }

  /** Releases, and deletes both files: for a snapshot that was removed under the lock. */
  public void closeRemoved() throws IOException {
    try (run;
        file) {
      Files.deleteIfExists(run.path());
      file.delete();
    }
  }

  @Override
  public void close() throws IOException {
    try (run) {
      file.close();
    }
  }
}
