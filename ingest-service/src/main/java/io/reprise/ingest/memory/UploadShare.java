package io.reprise.ingest.memory;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * What one uploading session takes of the {@link MemoryBudget}. For each body:
 *
 * <pre>{@code
 * Admission memory = share.admit(encodedSize, eventLoop, () -> giveWindow(stream, encodedSize));
 * …                // at most streamWindow() bytes of the body come before that
 * memory.close();  // chunk stored, or refused, or stream reset: always, whatever happened
 * }</pre>
 */
public final class UploadShare implements AutoCloseable {
  private final MemoryBudget budget;

  // Guarded by the budget.
  final Runnable windowChanged;
  final ArrayDeque<Admission> waiting = new ArrayDeque<>();
  final Set<Admission> admitted = new HashSet<>();
  long held;
  int window;
  boolean closed;

  UploadShare(MemoryBudget budget, Runnable windowChanged) {
    this.budget = budget;
    this.windowChanged = windowChanged;
  }

  /**
   * Asks for memory for one body.
   *
   * @param bytes its announced length (where none is announced: the most that it may have), 1 … {@link
   *     MemoryBudget#MAX_BODY}; refuse a longer body before it gets here
   * @param where runs {@code admitted}: the event loop of the connection, or {@code Runnable::run} for whatever thread it
   *     happens to be, this one included
   * @param admitted called once when the memory is there, perhaps before this method returns; never if the admission was
   *     closed before
   */
  public Admission admit(int bytes, Executor where, Runnable admitted) {
    if (bytes < 1 || bytes > MemoryBudget.MAX_BODY) {
      throw new IllegalArgumentException("a body of " + bytes + " bytes");
    }
    var admission = new Admission(budget, this, bytes, where, admitted);
    budget.join(this, admission);
    return admission;
  }

  /**
   * Bytes that a stream may send before its body is admitted: SETTINGS_INITIAL_WINDOW_SIZE. A power of two up to 1 MiB that
   * shrinks as sessions grow; 0 when there are very many.
   */
  public int streamWindow() {
    return budget.window(this);
  }

  /** Whether a body of another session waits for memory. */
  public boolean othersWait() {
    return budget.othersWait(this);
  }

  /** The connection is gone: closes all its admissions, waiting or admitted. */
  @Override
  public void close() {
    budget.end(this);
  }
}
