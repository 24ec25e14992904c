package io.reprise.ingest.memory;

/**
 * What one reading session takes of the {@link MemoryBudget}: it borrows for chunks that wait in memory, and takes for those
 * on their way to the client. Neither ever waits: who gets nothing reads and sends in pieces of {@link #pieceBytes}, which
 * need no permission. All that is borrowed must be such that it can be given back at once, because uploads wait for it.
 */
public final class ReadShare implements AutoCloseable {
  private final MemoryBudget budget;

  // Guarded by the budget.
  final Runnable pressure;
  long held;
  boolean wants;
  long sending;
  boolean closed;

  ReadShare(MemoryBudget budget, Runnable pressure) {
    this.budget = budget;
    this.pressure = pressure;
  }

  /**
   * Borrows if it is free and fair.
   *
   * @return false if nothing was borrowed; others that have too much are then told, and a part is kept for this one until
   *     it borrows, {@link #rest rests} or closes
   */
  public boolean tryTake(int bytes) {
    return budget.tryTake(this, bytes);
  }

  /** Bytes that are no longer held. After {@link #close} it does nothing. */
  public void giveBack(long bytes) {
    budget.giveBack(this, bytes);
  }

  /** Wants nothing more for now: what it was refused need not be kept for it. */
  public void rest() {
    budget.rest(this);
  }

  /** How much of what it holds it should give back now; falls as others come. */
  public long excess() {
    return budget.excess(this);
  }

  /** What it may hold now, by the number of readers and what uploads leave free. */
  public long allowance() {
    return budget.allowance(this);
  }

  /** As {@link MemoryBudget#pieceBytes}: 4 to 256 KiB. */
  public int pieceBytes() {
    return budget.pieceBytes();
  }

  /**
   * Takes memory for a chunk that is handed to the connection, which cannot be taken back.
   *
   * @return false if there is none; with nothing of its own on the way, it should send in pieces
   */
  public boolean trySend(int bytes) {
    return budget.trySend(this, bytes);
  }

  /** The chunk is with the operating system, or was dropped; also after {@link #close}. */
  public void sent(int bytes) {
    budget.sent(this, bytes);
  }

  /** The connection is gone: everything borrowed is given back; what is being sent, when it is {@link #sent}. */
  @Override
  public void close() {
    budget.end(this);
  }
}
