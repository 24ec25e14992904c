package io.reprise.platform.event;

import java.io.IOException;
import java.util.concurrent.CompletionStage;

/** The way to Kafka. */
public interface Transport {
  /**
   * Reaches the brokers and makes the topics that are missing.
   *
   * @throws IOException with the reason, for people, if they cannot be reached
   */
  void connect() throws IOException;

  /**
   * Sends one event; safe for many threads.
   *
   * @return complete once Kafka has acknowledged it; failed with {@link EventRefused} if Kafka will never take it
   */
  CompletionStage<Void> send(Event event);

  /** The event itself is what Kafka does not take; sending it again is no use. */
  final class EventRefused extends Exception {
    private static final long serialVersionUID = 1L;

    public EventRefused(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
