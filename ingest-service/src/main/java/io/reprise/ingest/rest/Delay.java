package io.reprise.ingest.rest;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Holds answers back, so that guessing passwords is slow (protocol.md §1.4). */
@ApplicationScoped
class Delay {
  static final Duration UNAUTHORIZED = Duration.ofSeconds(3);
  static final Duration FORBIDDEN = Duration.ofMillis(500);

  /** Blocks a virtual thread until so long after a start, which is a {@link System#nanoTime}. */
  void until(Duration after, long start) {
    long nanos = after.toNanos() - (System.nanoTime() - start);
    if (nanos <= 0) return;
    try {
      Thread.sleep(Duration.ofNanos(nanos));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
