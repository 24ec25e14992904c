package io.reprise.gc.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.datastore.lock.WriterLeases;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** At which rate the scrub goes, by a clock that is set by hand, beside real leases of writers. */
class ScrubPaceTest {
  private static final long RATE = 8 << 20;
  private static final long CHUNK = 4 << 20;

  @TempDir
  Path directory;

  private WriterLeases writers;
  private long now = -1_000_000; // System.nanoTime may be negative
  private final ScrubPace pace = new ScrubPace(() -> now);

  @BeforeEach
  void prepare() {
    writers = new WriterLeases(directory);
  }

  /** Reads the next chunk as soon as it may. @return how long the one after it has to wait */
  private Duration next() throws Exception {
    now += Math.max(0, pace.pause());
    pace.read(CHUNK, RATE, writers);
    return Duration.ofNanos(pace.pause());
  }

  @Test
  void itTakesAQuarterOfItsRateWhileABackupRunsAndAllOfItAfterwards() throws Exception {
    assertThat(pace.pause()).isZero();
    assertThat(next()).isEqualTo(Duration.ofMillis(500));
    now += Duration.ofSeconds(1).toNanos();
    var lease = writers.acquire("vm/100/2026-11-20T00:00:00Z");
    next();
    for (int i = 0; i < 10; i++) assertThat(next()).isEqualTo(Duration.ofSeconds(2));
    lease.close();
    assertThat(next()).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void whatABusyDiskHeldUpIsMadeUpForButNotWhatAnIdleDayLeftOver() throws Exception {
    next();
    now += Duration.ofSeconds(2).toNanos();
    for (int i = 0; i < 3; i++) assertThat(next()).isLessThanOrEqualTo(Duration.ZERO);
    assertThat(next()).isEqualTo(Duration.ofMillis(500));
    now += Duration.ofDays(1).toNanos();
    for (int i = 0; i < 10; i++) assertThat(next()).isLessThanOrEqualTo(Duration.ZERO);
    assertThat(next()).isEqualTo(Duration.ofMillis(500));
  }
}
