package io.reprise.protocol.connect;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer on its way from an event loop to a reading thread. How much is in between is the source's business:
 * it is told what was read, and stops its peer at a limit of its own.
 */
public final class ReceivedBody extends InputStream {
  private static final int REPORT_BYTES = 1 << 20;

  /** The connection side; called on the reading thread, never under a lock. */
  public interface Source {
    /** So many bytes were read and their memory is free again. */
    void consumed(int bytes);

    /** The end was read. */
    void drained();

    /** Closed before the end: nobody wants the rest. */
    void abandoned();
  }

  private final Source source;
  private final long timeoutSeconds;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<ByteBuf> pieces = new ArrayDeque<>();
  private boolean ended;
  private boolean closed;
  private @Nullable IOException failure;
  private int unreported;

  /** @param timeoutSeconds longest wait for the next bytes; 0: wait as long as the connection stands */
  public ReceivedBody(Source source, long timeoutSeconds) {
    this.source = source;
    this.timeoutSeconds = timeoutSeconds;
  }

  /** Takes over one reference to the piece. */
  public void add(ByteBuf piece) {
    lock.lock();
    try {
      if (closed || !piece.isReadable()) {
        piece.release();
      } else {
        pieces.add(piece);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  public void end() {
    finish(null);
  }

  /** What has arrived is still read, then reading fails. */
  public void fail(IOException cause) {
    finish(cause);
  }

  private void finish(@Nullable IOException cause) {
    lock.lock();
    try {
      if (!ended) failure = cause;
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) return 0;
    int report = 0;
    int read = -1;
    boolean drained = false;
    lock.lock();
    try {
      await();
      var piece = pieces.peek();
      if (piece != null) {
        read = Math.min(length, piece.readableBytes());
        piece.readBytes(target, offset, read);
        if (!piece.isReadable()) {
          pieces.remove();
          piece.release();
        }
        unreported += read;
        if (unreported >= REPORT_BYTES) {
          report = unreported;
          unreported = 0;
        }
      } else {
        drained = !closed;
        closed = true;
      }
    } finally {
      lock.unlock();
    }
    if (report > 0) source.consumed(report);
    if (drained) source.drained();
    return read;
  }

  /** Returns with a piece, or at the end. */
  private void await() throws IOException {
    long nanos = TimeUnit.SECONDS.toNanos(timeoutSeconds);
    try {
      while (pieces.isEmpty() && !ended) {
        if (timeoutSeconds == 0) {
          changed.await();
        } else if (nanos <= 0) {
          throw new ConnectionLost("no data for " + timeoutSeconds + " s", null);
        } else {
          nanos = changed.awaitNanos(nanos);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading an answer");
    }
    if (pieces.isEmpty() && failure != null) throw failure;
  }

  @Override
  public void close() {
    boolean abandoned;
    lock.lock();
    try {
      abandoned = !closed;
      closed = true;
      pieces.forEach(ByteBuf::release);
      pieces.clear();
    } finally {
      lock.unlock();
    }
    if (abandoned) source.abandoned();
  }
}
