package io.reprise.platform.event;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.reprise.datastore.SafeId;
import io.reprise.platform.event.OutboxDrainer.Left;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Announces events: writes them into this replica's outbox, and a thread sends them from there, and from the outboxes of
 * replicas that are gone. Kafka may be away as long as it likes; only the outbox grows.
 */
public final class Events implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Events.class.getName());
  private static final Duration LOOK_FOR_DEAD = Duration.ofSeconds(5);
  private static final Duration FIRST_WAIT = Duration.ofMillis(20);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private final Path root;
  private final String replica;
  private final String node;
  private final Transport transport;
  private final OutboxDrainer drainer;
  private final List<Outbox> adopted = new ArrayList<>(); // the thread's own
  private final Semaphore wake = new Semaphore(0);
  private final AtomicLong unwritten = new AtomicLong();
  private final AtomicLong added = new AtomicLong(); // since the last pass began
  private final Thread thread = new Thread(this::run, "outbox");

  private @Nullable Outbox own; // guarded by this
  private volatile boolean closed;
  private volatile Left left = Left.NOTHING;
  private long lookedForDead = System.nanoTime() - LOOK_FOR_DEAD.toNanos();

  /**
   * @param root {@code <state>/outbox}
   * @param replica name of this process among its replicas
   * @param node name of the host, for the source of events
   */
  public Events(Path root, String replica, String node, Transport transport, Truth truth) {
    this.root = root;
    this.replica = replica;
    this.node = node;
    this.transport = transport;
    drainer = new OutboxDrainer(transport, truth);
    thread.setDaemon(true);
  }

  /**
   * How it stands.
   *
   * @param problem why Kafka does not get events; empty if it does
   * @param waiting events in the outboxes that this process serves, as of the last pass over them and with what came since
   * @param oldest when the oldest of them was made
   * @param sent acknowledged by Kafka since the start
   * @param dropped never became true
   * @param refused set aside, as Kafka will never take them
   * @param unwritten could not be written down; who looks at the datastore finds what they would have told
   */
  public record Status(
      String problem,
      long waiting,
      @Nullable Instant oldest,
      long sent,
      long dropped,
      long refused,
      long unwritten) {
    public boolean connected() {
      return problem.isEmpty();
    }
  }

  public Status status() {
    Left now = left;
    return new Status(
        drainer.problem(),
        now.entries() + added.get(),
        now.oldest(),
        drainer.sent(),
        drainer.dropped(),
        drainer.refused(),
        unwritten.get());
  }

  /** Begins to send. What was announced before is sent too. */
  public void start() {
    thread.start();
  }

  /**
   * The event is on the disk when this returns, and will be sent as soon as it is true. Never fails: an event that cannot
   * be written is logged, and whoever looks at the datastore finds what it would have told.
   */
  public void announce(EventData data) {
    try {
      put(Event.of(data, node, Clock.systemUTC().instant()));
      added.incrementAndGet();
      wake.release();
    } catch (IOException | RuntimeException e) {
      unwritten.incrementAndGet();
      LOG.log(
          ERROR,
          "%s %s is not announced, the outbox below %s cannot be written: %s"
              .formatted(data.topic(), data.subject(), root, e),
          e instanceof IOException ? null : e);
    }
  }

  /**
   * Sends an event now or never, past the outbox: for what is worth nothing later.
   *
   * @return complete once Kafka has acknowledged it
   */
  public CompletionStage<Void> tell(EventData data) {
    return transport.send(Event.of(data, node, Clock.systemUTC().instant()));
  }

  private void put(Event event) throws IOException {
    Outbox outbox = own(null);
    try {
      outbox.put(event);
    } catch (NoSuchFileException takenAway) {
      own(outbox).put(event);
    }
  }

  /** @param lost not this one any more */
  private synchronized Outbox own(@Nullable Outbox lost) throws IOException {
    Outbox outbox = own;
    if (outbox != null && outbox != lost) return outbox;
    if (outbox != null) outbox.close();
    own = null;
    own = Outbox.open(root, replica);
    return own;
  }

  private void run() {
    int tries = 0;
    while (!closed) {
      try {
        boolean connected = pass();
        if (!connected) {
          Thread.sleep(delay(FIRST_RETRY, LONGEST_RETRY, tries++));
        } else if (left.entries() > 0) {
          if (sleep(delay(FIRST_WAIT, LONGEST_WAIT, tries++))) tries = 0;
        } else {
          sleep(LOOK_FOR_DEAD);
          tries = 0;
        }
      } catch (InterruptedException closing) {
        return;
      } catch (RuntimeException e) {
        LOG.log(ERROR, "sending events failed, it goes on", e);
        tries++;
      }
    }
  }

  private static Duration delay(Duration first, Duration longest, int tries) {
    Duration delay = first.multipliedBy(1L << Math.min(tries, 16));
    return delay.compareTo(longest) < 0 ? delay : longest;
  }

  /** @return true if there is something new */
  private boolean sleep(Duration time) throws InterruptedException {
    boolean woken = wake.tryAcquire(time.toNanos(), TimeUnit.NANOSECONDS);
    if (woken) wake.drainPermits();
    return woken;
  }

  private boolean pass() throws InterruptedException {
    boolean connected = drainer.connect();
    added.set(0);
    Left sum = Left.NOTHING;
    try {
      Outbox outbox = own(null);
      if (!outbox.isHeld()) outbox = own(outbox);
      sum = drainer.drain(outbox);
    } catch (IOException e) {
      if (!closed) LOG.log(WARNING, "the outbox below {0} cannot be read: {1}", root, e);
    }
    lookForDead();
    for (Iterator<Outbox> i = adopted.iterator(); i.hasNext(); ) {
      Outbox outbox = i.next();
      try {
        Left rest = outbox.isHeld() ? drainer.drain(outbox) : Left.NOTHING;
        sum = sum.plus(rest);
        if (rest.entries() == 0) {
          i.remove();
          outbox.close();
        }
      } catch (IOException e) {
        LOG.log(WARNING, "outbox {0} cannot be read: {1}", outbox.directory(), e);
      }
    }
    left = sum;
    return connected && drainer.problem().isEmpty();
  }

  private void lookForDead() {
    if (System.nanoTime() - lookedForDead < LOOK_FOR_DEAD.toNanos()) return;
    lookedForDead = System.nanoTime();
    try (var directories = Files.newDirectoryStream(root)) {
      for (Path directory : directories) {
        if (SafeId.matches(String.valueOf(directory.getFileName()))) takeOver(directory);
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.log(DEBUG, "{0} cannot be listed: {1}", root, e.getMessage());
    }
  }

  private void takeOver(Path directory) {
    try {
      Outbox outbox = Outbox.takeOver(directory);
      if (outbox == null) return;
      adopted.add(outbox);
      LOG.log(INFO, "the outbox of {0} has no owner and is taken over", directory.getFileName());
    } catch (IOException e) {
      LOG.log(DEBUG, "outbox {0} cannot be taken over: {1}", directory, e.getMessage());
    }
  }

  /** Ends sending; what is not sent waits for the next start, or for another replica. */
  @Override
  public void close() throws IOException {
    closed = true;
    thread.interrupt();
    try {
      if (thread.isAlive()) thread.join(CLOSING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (this) {
      if (own != null) own.close();
      own = null;
    }
    for (Outbox outbox : adopted) outbox.close();
  }
}
