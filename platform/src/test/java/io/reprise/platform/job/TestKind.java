package io.reprise.platform.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Garbage collection that only says so; each run may be held until it is let go. */
final class TestKind implements JobKind {
  final List<Scheduled> scheduled = new ArrayList<>();
  final AtomicInteger runs = new AtomicInteger();
  /** Most that ran at one time. */
  final AtomicInteger atOnce = new AtomicInteger();

  final CountDownLatch go;
  private final AtomicInteger working = new AtomicInteger();

  private TestKind(CountDownLatch go) {
    this.go = go;
  }

  static TestKind quick() {
    return new TestKind(new CountDownLatch(0));
  }

  static TestKind held() {
    return new TestKind(new CountDownLatch(1));
  }

  @Override
  public JobType type() {
    return JobType.GARBAGE_COLLECTION;
  }

  @Override
  public List<Scheduled> scheduled() {
    return scheduled;
  }

  @Override
  public String workerId(JobRequest request) {
    return request.name();
  }

  @Override
  public void run(JobRun run) throws IOException {
    runs.incrementAndGet();
    atOnce.accumulateAndGet(working.incrementAndGet(), Math::max);
    run.begin("begins");
    try {
      while (!go.await(20, java.util.concurrent.TimeUnit.MILLISECONDS)) run.check();
    } catch (InterruptedException e) {
      throw new IOException(e);
    } finally {
      working.decrementAndGet();
    }
    run.check();
    run.task().log("worked");
  }
}
