package io.reprise.gc.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The threads that read and check chunks for all tasks of this process, twice as many as there are processors: while some wait
 * for the disk, others compute. Tasks take turns, as each may have but a few chunks waiting.
 */
public final class ProvingThreads implements AutoCloseable {
  private static final long LOOK_MILLIS = 200;
  private static final System.Logger LOG = System.getLogger(ProvingThreads.class.getName());

  private final BlockingQueue<Work> queue;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closed;

  /** One chunk; must not throw. */
  interface Work {
    void run(ChunkProver prover);
  }

  public ProvingThreads() {
    this(2 * Runtime.getRuntime().availableProcessors());
  }

  ProvingThreads(int count) {
    queue = new ArrayBlockingQueue<>(count);
    for (int i = 0; i < count; i++) {
      threads.add(Thread.ofPlatform().daemon().name("verify-" + i).start(this::run));
    }
  }

  int count() {
    return threads.size();
  }

  /** @return false if there was no room for a while: look whether to go on, and try again */
  boolean offer(Work work) {
    try {
      return queue.offer(work, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void run() {
    try (var prover = new ChunkProver()) {
      while (!closed) {
        Work work = queue.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (work == null) continue;
        try {
          work.run(prover);
        } catch (RuntimeException e) {
          LOG.log(System.Logger.Level.ERROR, "checking a chunk failed", e);
        }
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
