package io.reprise.gc.references;

import io.reprise.datastore.chunk.Digest;
import java.security.SecureRandom;
import java.util.Arrays;

/** Distinct digests with a mark each, in two arrays: no object for each. Not safe for several threads. */
final class DigestSet {
  private static final int LONGS = 4;
  private static final byte USED = 1;
  private static final int LEAST = 64;
  private static final long[] SECRET =
      new SecureRandom().longs(LONGS).map(factor -> factor | 1).toArray();

  private long[] words = new long[0];
  private byte[] flags = new byte[0];
  private int mask = -1;
  private int size;

  /** Empties it, and makes room for that many at once. */
  void clear(int expected) {
    int capacity = Math.max(LEAST, Integer.highestOneBit(Math.max(1, expected)) << 2);
    if (flags.length < capacity || flags.length > 8L * capacity) allocate(capacity);
    else Arrays.fill(flags, (byte) 0);
    size = 0;
  }

  private void allocate(int capacity) {
    words = new long[capacity * LONGS];
    flags = new byte[capacity];
    mask = capacity - 1;
  }

  int size() {
    return size;
  }

  void add(long a, long b, long c, long d) {
    if (2 * (size + 1) > flags.length) grow();
    int slot = slot(a, b, c, d);
    if (flags[slot] != 0) return;
    flags[slot] = USED;
    int at = slot * LONGS;
    words[at] = a;
    words[at + 1] = b;
    words[at + 2] = c;
    words[at + 3] = d;
    size++;
  }

  /** @param mark one bit but the lowest. @return false if the digest is not in the set */
  boolean mark(long a, long b, long c, long d, int mark) {
    if (size == 0) return false;
    int slot = slot(a, b, c, d);
    if (flags[slot] == 0) return false;
    flags[slot] |= (byte) mark;
    return true;
  }

  /** Takes a digest and its marks. */
  interface Visitor {
    void visit(Digest digest, int marks);
  }

  void forEach(Visitor visitor) {
    for (int slot = 0; slot < flags.length && size > 0; slot++) {
      if (flags[slot] == 0) continue;
      int at = slot * LONGS;
      visitor.visit(
          new Digest(words[at], words[at + 1], words[at + 2], words[at + 3]), flags[slot] & ~USED);
    }
  }

  /** Where it is, or belongs. Clients choose digests; secret factors keep them from choosing colliding ones. */
  private int slot(long a, long b, long c, long d) {
    long mixed = a * SECRET[0] + b * SECRET[1] + c * SECRET[2] + d * SECRET[3];
    int slot = (int) (mixed >>> 32) & mask;
    while (flags[slot] != 0) {
      int at = slot * LONGS;
      if (words[at] == a && words[at + 1] == b && words[at + 2] == c && words[at + 3] == d) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldWords = words;
    byte[] oldFlags = flags;
    allocate(Math.max(LEAST, flags.length * 2));
    for (int i = 0; i < oldFlags.length; i++) {
      if (oldFlags[i] == 0) continue;
      int at = i * LONGS;
      int slot = slot(oldWords[at], oldWords[at + 1], oldWords[at + 2], oldWords[at + 3]);
      System.arraycopy(oldWords, at, words, slot * LONGS, LONGS);
      flags[slot] = oldFlags[i];
    }
  }
}
