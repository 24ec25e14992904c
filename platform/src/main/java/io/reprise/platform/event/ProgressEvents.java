package io.reprise.platform.event;

import io.reprise.platform.task.TaskProgress;
import io.reprise.platform.task.Upid;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells how far tasks are, as well as it can: at most once a second for each task and at the end, and not at all while
 * Kafka is away or slow. Nothing is kept for later, and nobody waits.
 */
public final class ProgressEvents implements BiConsumer<Upid, TaskProgress> {
  private static final long INTERVAL_MILLIS = 1_000;
  private static final int TASKS = 1_024;
  private static final int IN_FLIGHT = 64;
  private static final double END = 100;

  private final String node;
  private final Transport transport;
  private final BooleanSupplier connected;
  private final Clock clock;
  private final Semaphore free = new Semaphore(IN_FLIGHT);
  private final Map<Upid, Long> last = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Upid, Long> eldest) {
      return size() > TASKS;
    }
  };

  /** @param connected whether Kafka takes events now */
  public ProgressEvents(String node, Transport transport, BooleanSupplier connected) {
    this(node, transport, connected, Clock.systemUTC());
  }

  ProgressEvents(String node, Transport transport, BooleanSupplier connected, Clock clock) {
    this.node = node;
    this.transport = transport;
    this.connected = connected;
    this.clock = clock;
  }

  @Override
  public void accept(Upid task, TaskProgress progress) {
    if (!connected.getAsBoolean() || !isDue(task, progress) || !free.tryAcquire()) return;
    boolean begun = false;
    try {
      Event event = Event.of(new TaskProgressed(task, progress), node, clock.instant());
      var unused = transport.send(event).whenComplete((done, lost) -> free.release());
      begun = true;
    } finally {
      if (!begun) free.release();
    }
  }

  private synchronized boolean isDue(Upid task, TaskProgress progress) {
    long now = clock.millis();
    @Nullable Long before = last.get(task);
    if (progress.percent() >= END) {
      last.remove(task);
      return true;
    }
    if (before != null && now - before < INTERVAL_MILLIS) return false;
    last.put(task, now);
    return true;
  }
}
