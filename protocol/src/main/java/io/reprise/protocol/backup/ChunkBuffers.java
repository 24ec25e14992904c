package io.reprise.protocol.backup;

import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Memory for chunks that come in order from one thread and are worked on by others: so many and no more. */
final class ChunkBuffers {
  private final BlockingQueue<byte[]> free;
  private final int bytes;
  private int left;

  /** @param count chunks being filled, waiting for a worker, or worked on */
  ChunkBuffers(int count, int bytes) {
    free = new ArrayBlockingQueue<>(count);
    this.bytes = bytes;
    left = count;
  }

  /** Waits while all are in use. For one thread. */
  byte[] take() throws InterruptedIOException {
    byte[] reused = free.poll();
    if (reused != null) return reused;
    if (left > 0) {
      left--;
      return new byte[bytes];
    }
    try {
      return free.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while uploading");
    }
  }

  /** From any thread. */
  void giveBack(byte[] buffer) {
    free.add(buffer);
  }
}
