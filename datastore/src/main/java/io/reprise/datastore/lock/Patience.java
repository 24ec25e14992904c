package io.reprise.datastore.lock;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/** Asking again for a busy lock, with growing pauses: file servers do not tell when a lock becomes free. */
final class Patience {
  private static final long FIRST_PAUSE = Duration.ofMillis(5).toNanos();
  private static final long LONGEST_PAUSE = Duration.ofMillis(100).toNanos();

  interface Attempt<T> {
    T make() throws IOException;
  }

  private Patience() {}

  /**
   * @throws LockBusy if the lock was busy all the time
   * @throws InterruptedIOException if the thread is interrupted meanwhile
   */
  static <T> T wait(Duration patience, Attempt<T> attempt) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    long pause = FIRST_PAUSE;
    while (true) {
      try {
        return attempt.make();
      } catch (LockBusy busy) {
        long left = end - System.nanoTime();
        if (left <= 0) throw busy;
        sleep(Math.min(left, pause));
        pause = Math.min(2 * pause, LONGEST_PAUSE);
      }
    }
  }

  private static void sleep(long nanos) throws InterruptedIOException {
    try {
      Thread.sleep(Duration.ofNanos(nanos));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a lock");
    }
  }
}
