package io.reprise.platform.config;

import java.time.Duration;

/**
 * How one datastore is kept clean, from {@code reprise.cfg}.
 *
 * @param undelete how long a removed snapshot can be brought back; 0: until garbage collection has seen it
 * @param grace how old the access time of a chunk must be before it is deleted, {@code gc-cutoff}; a day as PBS has it,
 *     less only where nothing but Reprise writes, for demonstrations and tests
 */
public record GarbageSettings(Duration undelete, Duration grace) {
  public static final GarbageSettings DEFAULT =
      new GarbageSettings(Duration.ZERO, Duration.ofDays(1));

  private static final Duration CLOCKS = Duration.ofSeconds(300);

  /** How far clocks of hosts may differ: five minutes, less only below a cutoff of that. */
  public Duration margin() {
    return grace.compareTo(CLOCKS) < 0 ? Duration.ZERO : CLOCKS;
  }
}
