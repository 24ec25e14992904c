package io.reprise.gc.verify;

import io.reprise.datastore.lock.WriterLeases;
import java.io.IOException;
import java.util.function.LongSupplier;

/**
 * When the scrub may read its next chunk: so that it takes its rate in the long run, and a quarter of it while backups run.
 * One thread at a time.
 */
final class ScrubPace {
  private static final int SLOWER = 4;
  private static final long SECOND = 1_000_000_000L;
  private static final long LOOK = SECOND;
  /** How far behind its rate it may be and still make up for it. */
  private static final long BEHIND = 5 * SECOND;

  private final LongSupplier clock;
  private long free;
  private long looked;
  private boolean backups;

  /** @param clock nanoseconds, as {@link System#nanoTime} */
  ScrubPace(LongSupplier clock) {
    this.clock = clock;
    free = clock.getAsLong();
    looked = free - LOOK;
  }

  /** Nanoseconds until the next chunk may be read; not positive if that is now. */
  long pause() {
    return free - clock.getAsLong();
  }

  /**
   * A chunk was read.
   *
   * @param bytes of its file
   * @param bytesPerSecond the rate while no backup runs
   * @param writers of the datastore, from all hosts; looked at once a second
   */
  void read(long bytes, long bytesPerSecond, WriterLeases writers) throws IOException {
    long now = clock.getAsLong();
    if (now - looked >= LOOK) {
      backups = writers.oldest() != null;
      looked = now;
    }
    long rate = Math.max(1, bytesPerSecond / (backups ? SLOWER : 1));
    free = Math.max(free, now - BEHIND) + bytes * SECOND / rate;
  }
}
