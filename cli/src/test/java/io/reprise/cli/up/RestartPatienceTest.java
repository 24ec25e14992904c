package io.reprise.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RestartPatienceTest {
  @Test
  void whatEndsAgainAndAgainIsGivenUpWhatEndsNowAndThenIsNot() {
    var clock = new AtomicLong();
    var patience = new RestartPatience(clock::get);
    for (int i = 0; i < 5; i++) assertThat(patience.another()).isTrue();
    assertThat(patience.another()).isFalse();

    for (int i = 0; i < 100; i++) {
      clock.addAndGet(Duration.ofMinutes(3).toNanos());
      assertThat(patience.another()).isEqualTo(i >= 3);
    }
  }
}
