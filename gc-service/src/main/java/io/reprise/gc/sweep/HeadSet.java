package io.reprise.gc.sweep;

import java.security.SecureRandom;

/**
 * The first eight bytes of many digests, with a mark each, in two arrays: 24 bytes a chunk at most. Eight bytes suffice for
 * a collection: two digests that share them only keep garbage.
 */
final class HeadSet {
  private static final byte USED = 1;
  private static final byte MARKED = 3;
  private static final long SECRET = new SecureRandom().nextLong() | 1;

  private long[] heads = new long[1 << 16];
  private byte[] flags = new byte[1 << 16];
  private int mask = heads.length - 1;
  private long size;

  void add(long head) {
    int slot = slot(head);
    if (flags[slot] != 0) return;
    if (3 * (size + 1) > 2L * heads.length) {
      grow();
      slot = slot(head);
    }
    heads[slot] = head;
    flags[slot] = USED;
    size++;
  }

  boolean contains(long head) {
    return flags[slot(head)] != 0;
  }

  /** @return false if it is not in the set */
  boolean mark(long head) {
    int slot = slot(head);
    if (flags[slot] == 0) return false;
    flags[slot] = MARKED;
    return true;
  }

  boolean isMarked(long head) {
    return flags[slot(head)] == MARKED;
  }

  long size() {
    return size;
  }

  private int slot(long head) {
    int slot = (int) (head * SECRET >>> 32) & mask;
    while (flags[slot] != 0 && heads[slot] != head) slot = (slot + 1) & mask;
    return slot;
  }

  private void grow() {
    if (heads.length >= 1 << 30) {
      throw new IllegalStateException("more than 700 million chunks: beyond what one set holds");
    }
    long[] oldHeads = heads;
    byte[] oldFlags = flags;
    heads = new long[oldHeads.length * 2];
    flags = new byte[heads.length];
    mask = heads.length - 1;
    for (int i = 0; i < oldHeads.length; i++) {
      if (oldFlags[i] == 0) continue;
      int slot = slot(oldHeads[i]);
      heads[slot] = oldHeads[i];
      flags[slot] = oldFlags[i];
    }
  }
}
