package io.reprise.ingest.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Answers held back (protocol.md §1.4). */
class DelayTest {
  @Test
  void waitsForWhatIsLeftSinceTheStartAndNotAtAllWhenThatIsOver() {
    long start = System.nanoTime();
    new Delay().until(Duration.ofMillis(200), start);
    assertThat(System.nanoTime() - start)
        .isGreaterThanOrEqualTo(Duration.ofMillis(200).toNanos());
    long later = System.nanoTime();
    new Delay().until(Duration.ofMinutes(5), start - Duration.ofMinutes(5).toNanos());
    assertThat(System.nanoTime() - later).isLessThan(Duration.ofMinutes(4).toNanos());
  }

  @Test
  void failedLoginsAreHeldBackForThreeSecondsAndMissingPrivilegesForHalfASecond() {
    assertThat(Delay.UNAUTHORIZED).isEqualTo(Duration.ofSeconds(3));
    assertThat(Delay.FORBIDDEN).isEqualTo(Duration.ofMillis(500));
  }
}
