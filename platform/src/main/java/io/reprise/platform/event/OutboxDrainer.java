package io.reprise.platform.event;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.reprise.datastore.BadFormat;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends what waits in outboxes, a bounded number at a time, and removes what Kafka has acknowledged. One thread drains;
 * the counters may be read by any.
 *
 * <pre>
 * entry ── truth says SEND ── acknowledged ──→ removed
 *   │                     ├── refused ──→ set aside
 *   │                     └── failed ──→ stays; nothing is sent until the brokers are reached again
 *   ├── WAIT ──→ stays
 *   └── DROP, unreadable ──→ removed, set aside
 * </pre>
 */
final class OutboxDrainer {
  private static final System.Logger LOG = System.getLogger(OutboxDrainer.class.getName());
  private static final int WINDOW = 64;
  /** Longer than any transport takes to give up by itself. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration STALE = Duration.ofMinutes(1);

  private final Transport transport;
  private final Truth truth;
  private final Semaphore window = new Semaphore(WINDOW);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  private volatile String problem = "not tried yet";
  private volatile long reached = System.nanoTime();

  OutboxDrainer(Transport transport, Truth truth) {
    this.transport = transport;
    this.truth = truth;
  }

  /**
   * What is left after a pass.
   *
   * @param entries number of events
   * @param oldest when the oldest of them was made
   */
  record Left(long entries, @Nullable Instant oldest) {
    static final Left NOTHING = new Left(0, null);

    Left plus(Left other) {
      boolean earlier = oldest == null || other.oldest != null && other.oldest.isBefore(oldest);
      return new Left(entries + other.entries, earlier ? other.oldest : oldest);
    }
  }

  /** Why Kafka does not get events now; empty if it does. */
  String problem() {
    return problem;
  }

  long sent() {
    return sent.get();
  }

  long dropped() {
    return dropped.get();
  }

  long refused() {
    return refused.get();
  }

  /** Reaches the brokers, if it is not known from the last minute that they can be. @return false if they cannot */
  boolean connect() {
    boolean connected = problem.isEmpty();
    if (connected && System.nanoTime() - reached < STALE.toNanos()) return true;
    try {
      transport.connect();
      reached = System.nanoTime();
      if (!connected) LOG.log(INFO, "Kafka takes events");
      problem = "";
      return true;
    } catch (IOException | RuntimeException e) {
      lost(e);
      return false;
    }
  }

  private void lost(Throwable cause) {
    String reason = reason(cause);
    if (!reason.equals(problem)) {
      LOG.log(WARNING, "Kafka takes no events, they stay in the outbox: {0}", reason);
    }
    problem = reason;
  }

  private static String reason(Throwable cause) {
    String message = cause.getMessage();
    return message == null || message.isEmpty() ? cause.getClass().getSimpleName() : message;
  }

  /** One pass over an outbox; returns when all that it sent is acknowledged or has failed. */
  Left drain(Outbox outbox) throws IOException, InterruptedException {
    long entries = 0;
    String oldest = "";
    long removedBefore = removed();
    try (var files = outbox.entries()) {
      for (Path entry : files) {
        if (Thread.interrupted()) throw new InterruptedException();
        entries++;
        String name = String.valueOf(entry.getFileName());
        if (oldest.isEmpty() || name.compareTo(oldest) < 0) oldest = name;
        if (problem.isEmpty() && failure.get() == null) handle(entry);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } finally {
      awaitAll();
    }
    long left = Math.max(0, entries - (removed() - removedBefore));
    return new Left(left, left == 0 ? null : Outbox.time(oldest));
  }

  private long removed() {
    return sent.get() + dropped.get() + refused.get();
  }

  private void awaitAll() throws InterruptedException {
    window.acquire(WINDOW);
    window.release(WINDOW);
    Throwable failed = failure.getAndSet(null);
    if (failed != null) lost(failed);
  }

  private void handle(Path entry) throws IOException, InterruptedException {
    Event event;
    try {
      event = Outbox.read(entry);
    } catch (BadFormat e) {
      setAside(entry, reason(e));
      return;
    }
    if (event == null) return;
    switch (verdict(event)) {
      case SEND -> send(entry, event);
      case WAIT -> {}
      case DROP -> {
        Outbox.remove(entry);
        dropped.incrementAndGet();
        LOG.log(
            INFO,
            "{0} {1} is not announced: it does not stand, and nobody works on it",
            event.topic(),
            event.subject());
      }
    }
  }

  private Truth.Verdict verdict(Event event) {
    try {
      return truth.of(event);
    } catch (IOException e) {
      LOG.log(DEBUG, "{0} {1} waits: {2}", event.topic(), event.subject(), e.getMessage());
      return Truth.Verdict.WAIT;
    }
  }

  private void send(Path entry, Event event) throws InterruptedException {
    window.acquire();
    boolean begun = false;
    try {
      var unused = transport
          .send(event)
          .toCompletableFuture()
          .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
          .whenComplete((done, thrown) -> {
            try {
              ended(entry, event, thrown);
            } finally {
              window.release();
            }
          });
      begun = true;
    } finally {
      if (!begun) window.release();
    }
  }

  private void ended(Path entry, Event event, @Nullable Throwable thrown) {
    Throwable cause = thrown instanceof CompletionException e ? e.getCause() : thrown;
    try {
      if (cause == null) {
        Outbox.remove(entry);
        sent.incrementAndGet();
        reached = System.nanoTime();
      } else if (cause instanceof Transport.EventRefused) {
        setAside(entry, reason(cause));
      } else {
        failure.compareAndSet(null, cause);
      }
    } catch (IOException e) {
      LOG.log(
          WARNING,
          "{0} {1} was sent but stays in the outbox, it will be sent again: {2}",
          event.topic(),
          event.subject(),
          e.getMessage());
    }
  }

  private void setAside(Path entry, String reason) throws IOException {
    try {
      Outbox.setAside(entry);
      refused.incrementAndGet();
      LOG.log(ERROR, "event {0} cannot be sent and is set aside: {1}", entry, reason);
    } catch (NoSuchFileException gone) {
      // somebody took it over and was quicker
    }
  }
}
