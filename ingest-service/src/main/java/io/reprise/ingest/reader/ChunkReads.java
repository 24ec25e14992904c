package io.reprise.ingest.reader;

import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The threads that read chunks of one datastore: platform threads, since a read holds its thread in the kernel, and few,
 * since a disk has few heads. What a client waits for goes before what is read ahead. Another datastore, whose storage hangs,
 * has threads of its own.
 */
final class ChunkReads {
  private static final int IDLE_SECONDS = 30;

  private final ThreadPoolExecutor threads;
  private final AtomicLong order = new AtomicLong();

  ChunkReads(String datastore, int count) {
    threads = new ThreadPoolExecutor(
        count,
        count,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new PriorityBlockingQueue<>(),
        Thread.ofPlatform().daemon().name("read-" + datastore + "-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /** Somebody waits for it. */
  void now(Runnable read) {
    threads.execute(new Job(0, order.getAndIncrement(), read));
  }

  /** Nobody waits for it yet; in the order of calls. */
  void ahead(Runnable read) {
    threads.execute(new Job(1, order.getAndIncrement(), read));
  }

  private record Job(int urgency, long number, Runnable read) implements Runnable, Comparable<Job> {
    @Override
    public int compareTo(Job other) {
      return urgency == other.urgency
          ? Long.compare(number, other.number)
          : Integer.compare(urgency, other.urgency);
    }

    @Override
    public void run() {
      read.run();
    }
  }
}
