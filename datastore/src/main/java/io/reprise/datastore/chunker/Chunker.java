package io.reprise.datastore.chunker;

/**
 * Finds the cut points of PBS's client (datastore.md §4.1): a rolling hash over the last 64 bytes. Chunks are between a
 * quarter of the average and four times it. Keeps what it saw of the current chunk, so data may come in pieces of any size.
 * For one thread.
 */
public final class Chunker {
  private static final int WINDOW = 64;
  private static final int MIN_AVERAGE = 4 * WINDOW;
  private static final int MAX_AVERAGE =
      4 << 20; // four times that is the largest chunk there may be

  private final int min;
  private final int max;
  private final int mask;
  private final int threshold;
  private final byte[] window = new byte[WINDOW];
  private int hash;
  private int length;

  /** @param average bytes, a power of two from 256 to 4 MiB */
  public Chunker(int average) {
    if (Integer.bitCount(average) != 1 || average < MIN_AVERAGE || average > MAX_AVERAGE) {
      throw new IllegalArgumentException(
          "average chunk size " + average + ": a power of two from 256 to 4194304 is needed");
    }
    min = average / 4;
    max = average * 4;
    mask = 2 * average - 1;
    threshold = 2 * average - 3;
  }

  /**
   * Looks for the end of the current chunk in the next bytes of the stream.
   *
   * @return how many of these bytes belong to the chunk that ends among them, 1 … length; 0 if it goes on behind them. The
   *     bytes after a cut are not seen yet: hand them in again
   */
  public int scan(byte[] data, int offset, int length) {
    int at = 0;
    // What lies before the window of the first possible cut has no influence on it.
    int skip = Math.min(length, min - WINDOW - this.length);
    if (skip > 0) {
      at = skip;
      this.length += skip;
    }
    while (at < length) {
      byte entering = data[offset + at++];
      int slot = this.length++ & (WINDOW - 1);
      hash = Integer.rotateLeft(hash, 1) ^ Buzhash.TABLE[entering & 0xff];
      if (this.length > min) hash ^= Buzhash.TABLE[window[slot] & 0xff];
      window[slot] = entering;
      if (this.length >= min && ((hash & mask) >= threshold || this.length >= max)) {
        reset();
        return at;
      }
    }
    return 0;
  }

  /** Forgets the current chunk: what comes next begins a new one. */
  public void reset() {
    hash = 0;
    this.length = 0;
  }
}
