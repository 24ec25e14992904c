package io.reprise.platform.config;

import java.time.Duration;

/**
 * How the chunks of one datastore are proved by and by, from {@code reprise.cfg}.
 *
 * @param bytesPerSecond read at most, {@code scrub-rate} in MB/s; 0: not at all
 * @param interval what was proved within it is left alone, {@code scrub-days}
 */
public record ScrubSettings(long bytesPerSecond, Duration interval) {
  public static final ScrubSettings OFF = new ScrubSettings(0, Duration.ofDays(30));
}
