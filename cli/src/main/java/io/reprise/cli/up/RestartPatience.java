package io.reprise.cli.up;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/** How often what died may be started again: what dies at once each time must not be started for ever. */
final class RestartPatience {
  private static final int RESTARTS = 5;
  private static final long PERIOD = Duration.ofMinutes(10).toNanos();

  private final LongSupplier clock;
  private final Deque<Long> restarts = new ArrayDeque<>();

  RestartPatience() {
    this(System::nanoTime);
  }

  RestartPatience(LongSupplier clock) {
    this.clock = clock;
  }

  /** @return false after {@value #RESTARTS} within ten minutes */
  boolean another() {
    long now = clock.getAsLong();
    while (!restarts.isEmpty() && now - restarts.peek() > PERIOD) restarts.remove();
    if (restarts.size() == RESTARTS) return false;
    restarts.add(now);
    return true;
  }
}
