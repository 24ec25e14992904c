package io.reprise.datastore.lock;

import io.reprise.datastore.os.Descriptor;
import io.reprise.datastore.os.RecordLock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Living beside a PBS on the same datastore (datastore.md §11.1, docs/adr/0003). A PBS locks the whole of {@code .lock}:
 * shared while it writes indexes, exclusively while it collects garbage.
 *
 * <ul>
 *   <li>While we write we hold one byte far out, at 2^40, shared: then a PBS's garbage collection, which wants the whole
 *       file alone, fails with its usual error and does no harm.
 *   <li>If it runs already, our lock is busy. The backup begins all the same, and the lock is taken as soon as the
 *       collection ends. It is safe meanwhile: the collection removes only what it did not mark and what has an access
 *       time more than a day before its start. All that we insert or touch is younger; all that we take over from a base
 *       snapshot is in an index that was there when the collection began, so it marked it, as nothing is moved or
 *       removed while it runs; or the base itself was made during the collection, and the same holds for it.
 *   <li>Nobody but a PBS locks anything in [0, 2^40), so asking for a holder there finds a foreign one only.
 * </ul>
 *
 * <p>One object a process and datastore; safe for many threads.
 */
public final class ProcessLock implements AutoCloseable {
  private static final long OUR_BYTE = 1L << 40;
  private static final Duration RETRY = Duration.ofMillis(500);

  /** What a PBS is doing to the datastore. */
  public enum ForeignUse {
    NONE,
    /** It holds the lock shared: backups, a sync, or a tape restore write. */
    WRITING,
    /** It holds the lock alone: its garbage collection runs; move, rename and remove nothing. */
    COLLECTING
  }

  private final Descriptor file;
  private int writers;
  private boolean held;
  private @Nullable Thread retrying;
  private boolean closed;

  private ProcessLock(Descriptor file) {
    this.file = file;
  }

  /** @param file {@code <base>/.lock}; made empty when missing, as PBS does */
  public static ProcessLock open(Path file) throws IOException {
    return new ProcessLock(Descriptor.openOrCreate(file, 0644));
  }

  /** Something begins that writes chunks or indexes; close the result when it is over. */
  public synchronized Writing startWriting() throws IOException {
    if (!held) held = RecordLock.tryLock(file, OUR_BYTE, 1, true);
    if (!held && retrying == null) {
      retrying = Thread.ofVirtual().name("process-lock").start(this::retry);
    }
    writers++;
    return new Writing();
  }

  /** A running backup or the like. */
  public final class Writing implements AutoCloseable {
    private boolean over;

    @Override
    public void close() throws IOException {
      synchronized (ProcessLock.this) {
        if (over) return;
        over = true;
        if (--writers == 0) stop();
      }
    }
  }

  private void stop() throws IOException {
    if (retrying != null) retrying.interrupt();
    retrying = null;
    held = false;
    if (!closed) RecordLock.unlock(file, OUR_BYTE, 1);
  }

  private void retry() {
    while (true) {
      try {
        Thread.sleep(RETRY);
        if (!goOn()) return;
      } catch (InterruptedException over) {
        return; // no writer is left, or the file was closed
      }
    }
  }

  private synchronized boolean goOn() {
    if (retrying != Thread.currentThread()) return false;
    try {
      held = RecordLock.tryLock(file, OUR_BYTE, 1, true);
    } catch (IOException fileServerIsAway) {
      return true;
    }
    if (held) retrying = null;
    return !held;
  }

  /** While something is written: true if a PBS's garbage collection is kept from starting, false if one runs. */
  public synchronized boolean isHeld() {
    return held;
  }

  /** What a PBS does at this moment. */
  public synchronized ForeignUse foreignUse() throws IOException {
    return switch (RecordLock.holder(file, 0, OUR_BYTE)) {
      case NOBODY -> ForeignUse.NONE;
      case SHARED -> ForeignUse.WRITING;
      case EXCLUSIVE -> ForeignUse.COLLECTING;
    };
  }

  @Override
  public synchronized void close() throws IOException {
    if (retrying != null) retrying.interrupt();
    retrying = null;
    closed = true;
    file.close();
  }
}
