package io.reprise.protocol.connect;

import java.util.concurrent.TimeUnit;

/** Counts bytes against a {@link RateLimit}; may go into debt, which is then waited for. For one thread. */
final class TokenBucket {
  private final RateLimit limit;
  private double tokens;
  private long countedNanos;

  /** @param nowNanos as of {@link System#nanoTime} */
  TokenBucket(RateLimit limit, long nowNanos) {
    this.limit = limit;
    tokens = limit.burstBytes();
    countedNanos = nowNanos;
  }

  void take(long bytes, long nowNanos) {
    refill(nowNanos);
    tokens -= bytes;
  }

  /** Nanoseconds until there is no debt; 0 if there is none. */
  long waitNanos(long nowNanos) {
    refill(nowNanos);
    return tokens >= 0
        ? 0
        : (long) (-tokens / limit.bytesPerSecond() * TimeUnit.SECONDS.toNanos(1)) + 1;
  }

  private void refill(long nowNanos) {
    double seconds = (nowNanos - countedNanos) / (double) TimeUnit.SECONDS.toNanos(1);
    tokens = Math.min(limit.burstBytes(), tokens + seconds * limit.bytesPerSecond());
    countedNanos = nowNanos;
  }
}
