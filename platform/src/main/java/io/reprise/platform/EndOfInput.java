package io.reprise.platform;

import java.io.IOException;
import java.io.InputStream;

/**
 * Ends a service with the process that started it: that one holds the other end of the standard input, which the kernel
 * closes however it died. For services that run as somebody's children; others have no such input.
 */
public final class EndOfInput {
  private EndOfInput() {}

  /** Runs {@code stop} once when the standard input ends. */
  public static void watch(Runnable stop) {
    watch(System.in, stop);
  }

  static void watch(InputStream in, Runnable stop) {
    Thread.ofPlatform().name("end-of-input").daemon().start(() -> {
      try {
        while (in.read() >= 0) {
          // nothing is ever sent; the end is the message
        }
      } catch (IOException broken) {
        // as good as its end
      }
      stop.run();
    });
  }
}
