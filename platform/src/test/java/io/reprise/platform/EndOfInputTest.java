package io.reprise.platform;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class EndOfInputTest {
  @Test
  void itStopsWhenTheInputEndsAndNotBefore() throws Exception {
    var stopped = new CountDownLatch(1);
    try (var parent = new PipedOutputStream();
        var in = new PipedInputStream(parent)) {
      EndOfInput.watch(in, stopped::countDown);
      parent.write("whatever comes".getBytes());
      parent.flush();
      while (in.available() > 0) Thread.onSpinWait(); // all of it is read
      assertThat(stopped.getCount()).isEqualTo(1);
      parent.close();
      assertThat(stopped.await(60, SECONDS)).isTrue();
    }
  }
}
