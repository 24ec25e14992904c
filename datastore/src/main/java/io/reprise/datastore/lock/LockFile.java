package io.reprise.datastore.lock;

import io.reprise.datastore.os.Descriptor;
import io.reprise.datastore.os.FileStatus;
import io.reprise.datastore.os.RecordLock;
import io.reprise.datastore.os.SystemCallFailed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An open file description lock on a whole regular file, made when missing: the kind of lock that works between hosts
 * on NFS and CephFS, and between two users in one process. Once locked, the path is looked up again: whoever deleted
 * the file before us took its name, not our lock, along.
 *
 * <p>An exclusive holder writes into the file who it is, for the message of those who find it busy.
 */
public final class LockFile implements AutoCloseable {
  private static final int MODE = 0660;
  private static final int HOLDER_BYTES = 512;
  private static final int ATTEMPTS = 100;

  private final Descriptor descriptor;
  private boolean shared;

  private LockFile(Descriptor descriptor, boolean shared) {
    this.descriptor = descriptor;
    this.shared = shared;
  }

  /**
   * @param holder who is asking and for what, for others to read
   * @throws LockBusy if anybody holds it
   */
  public static LockFile exclusive(Path file, String holder) throws IOException {
    LockFile lock = lock(file, false);
    try {
      lock.write(holder + " (" + ThisProcess.describe() + ")");
      return lock;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** @throws LockBusy if somebody holds it exclusively */
  public static LockFile shared(Path file) throws IOException {
    return lock(file, true);
  }

  /**
   * As {@link #exclusive}, and asks again until the time is over.
   *
   * @throws java.io.InterruptedIOException if the thread is interrupted meanwhile
   */
  public static LockFile exclusive(Path file, String holder, Duration patience) throws IOException {
    return Patience.wait(patience, () -> exclusive(file, holder));
  }

  private static LockFile lock(Path file, boolean shared) throws IOException {
    for (int i = 0; i < ATTEMPTS; i++) {
      Descriptor descriptor = open(file);
      boolean kept = false;
      try {
        if (!RecordLock.tryLock(descriptor, 0, 0, shared)) {
          throw new LockBusy(file, holder(descriptor));
        }
        FileStatus now = FileStatus.find(file);
        kept = now != null && now.isSameFile(descriptor.status());
        if (kept) return new LockFile(descriptor, shared);
      } finally {
        if (!kept) descriptor.close();
      }
    }
    throw new IOException("lock file " + file + " is deleted again and again: find out by whom");
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

  /** Who holds the lock file now; for messages, so never an error. */
  static String holder(Path file) {
    try (var descriptor = Descriptor.openForReading(file)) {
      return holder(descriptor);
    } catch (IOException unknown) {
      return "another program";
    }
  }

  private static String holder(Descriptor descriptor) throws IOException {
    String name = switch (RecordLock.holder(descriptor, 0, 0)) {
      case NOBODY -> "";
      case SHARED -> "a reader, or a backup based on it";
      case EXCLUSIVE -> name(descriptor);
    };
    return name.isEmpty() ? "another program" : name;
  }

  /** The name that the exclusive holder gave itself, without taking a lock; null if there is none. */
  public static @Nullable String exclusiveHolder(Path file) throws IOException {
    try (var descriptor = Descriptor.openForReading(file)) {
      return RecordLock.holder(descriptor, 0, 0) == RecordLock.Holder.EXCLUSIVE
          ? name(descriptor)
          : null;
    }
  }

  private static String name(Descriptor descriptor) throws IOException {
    var text = ByteBuffer.allocate(HOLDER_BYTES);
    descriptor.read(text, 0);
    String line = StandardCharsets.UTF_8.decode(text.flip()).toString().strip();
    return line.replaceAll("\\p{Cntrl}", " ");
  }

  /** On a full disk the lock holds without a name: to forget a snapshot there must be possible. */
  private void write(String holder) throws IOException {
    byte[] line = (holder + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      descriptor.truncate(0);
      descriptor.write(ByteBuffer.wrap(line, 0, Math.min(line.length, HOLDER_BYTES)));
    } catch (SystemCallFailed e) {
      if (!e.isFull()) throw e;
    }
  }

  /** An exclusive lock becomes a shared one, without a moment in between. */
  void downgrade() throws IOException {
    if (!shared) {
      if (!RecordLock.tryLock(descriptor, 0, 0, true)) {
        throw new LockBusy(descriptor.path(), "another program, after the file server restarted");
      }
      shared = true;
    }
  }

  /**
   * Whether the lock is still ours: a file server that restarted may have forgotten it, and somebody may have deleted
   * the file.
   */
  public boolean isHeld() {
    try {
      FileStatus now = FileStatus.find(descriptor.path());
      return now != null
          && now.isSameFile(descriptor.status())
          && RecordLock.tryLock(descriptor, 0, 0, shared);
    } catch (IOException lost) {
      return false;
    }
  }

  FileStatus status() throws IOException {
    return descriptor.status();
  }

  public Path path() {
    return descriptor.path();
  }

  /** Deletes the file, if the lock is exclusive, and releases. */
  public void delete() throws IOException {
    try {
      if (!shared && isHeld()) Files.deleteIfExists(descriptor.path());
    } finally {
      descriptor.close();
    }
  }

  @Override
  public void close() throws IOException {
    descriptor.close();
  }
}
