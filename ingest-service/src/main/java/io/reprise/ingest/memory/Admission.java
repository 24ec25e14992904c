package io.reprise.ingest.memory;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Memory for one body: waiting, then admitted; closed from either. See {@link UploadShare}. */
public final class Admission implements AutoCloseable {
  enum State {
    WAITING,
    ADMITTED,
    CLOSED
  }

  private final MemoryBudget budget;
  private final UploadShare share;
  private final Executor where;
  private final Runnable admitted;
  final int bytes;

  // Guarded by the budget.
  State state = State.WAITING;
  long ticket;

  Admission(MemoryBudget budget, UploadShare share, int bytes, Executor where, Runnable admitted) {
    this.budget = budget;
    this.share = share;
    this.bytes = bytes;
    this.where = where;
    this.admitted = admitted;
  }

  /** Whether the body may come: the memory is there and was not given back. */
  public boolean isAdmitted() {
    synchronized (budget) {
      return state == State.ADMITTED;
    }
  }

  void announce() {
    try {
      where.execute(() -> {
        if (isAdmitted()) admitted.run();
      });
    } catch (
        RejectedExecutionException gone) { // the event loop has ended, and its connections with it
      close();
    }
  }

  /** Gives the memory back, or stops waiting for it. More often than once is as once. */
  @Override
  public void close() {
    budget.end(share, this);
  }
}
