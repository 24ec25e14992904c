package io.reprise.platform.config;

import io.reprise.datastore.os.Descriptor;
import io.reprise.datastore.os.Flock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * {@code flock} on a lock file that is made when missing and never deleted: the lock that PBS takes on its configuration
 * and task lists (config.md §3.2, §7.1). Excludes other processes and other threads of this one.
 */
public final class FileMutex implements AutoCloseable {
  private static final int MODE = 0660;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(10);

  private final Descriptor descriptor;

  private FileMutex(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /** @throws IOException if somebody else holds it for ten seconds; the message names the file */
  public static FileMutex exclusive(Path file) throws IOException {
    return lock(file, false);
  }

  /** As {@link #exclusive}, beside others who only read. */
  public static FileMutex shared(Path file) throws IOException {
    return lock(file, true);
  }

  /** @return null if somebody else holds it now */
  public static @Nullable FileMutex tryExclusive(Path file) throws IOException {
    Descriptor descriptor = Descriptor.openOrCreate(file, MODE);
    boolean locked = false;
    try {
      locked = Flock.tryLock(descriptor, false);
      return locked ? new FileMutex(descriptor) : null;
    } finally {
      if (!locked) descriptor.close();
    }
  }

  private static FileMutex lock(Path file, boolean shared) throws IOException {
    Descriptor descriptor = Descriptor.openOrCreate(file, MODE);
    boolean locked = false;
    try {
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (!Flock.tryLock(descriptor, shared)) {
        if (System.nanoTime() > end) {
          throw new IOException(file + " is locked by another process for " + PATIENCE.toSeconds()
              + " s: try again later");
        }
        Thread.sleep(PAUSE);
      }
      locked = true;
      return new FileMutex(descriptor);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for " + file);
    } finally {
      if (!locked) descriptor.close();
    }
  }

  @Override
  public void close() throws IOException {
    descriptor.close();
  }
}
