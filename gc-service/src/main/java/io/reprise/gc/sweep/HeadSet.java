package io.reprise.gc.sweep;

import java.security.SecureRandom;

/**
 * The first eight bytes of many digests, with a mark each, in two arrays: 27 bytes a chunk at most. Eight bytes suffice for
 * a collection: two digests that share them only keep garbage. What was looked up is one access to memory, mostly not in
 * the processor's cache; so free slots are told by their zero, and only marks lie elsewhere.
 */
final class HeadSet {
  /** Stands for zero, which is a free slot. */
  private static final long ZERO = 0x9e3779b97f4a7c15L;

  private static final long SECRET = new SecureRandom().nextLong() | 1;

  private long[] heads = new long[1 << 16];
  private boolean[] marked = new boolean[1 << 16];
  private int mask = heads.length - 1;
  private long size;

  void add(long digestHead) {
    long head = nonZero(digestHead);
    int slot = slot(head);
    if (heads[slot] != 0) return;
    if (3 * (size + 1) > 2L * heads.length) {
      grow();
      slot = slot(head);
    }
    heads[slot] = head;
    size++;
  }

  boolean contains(long head) {
    return heads[slot(nonZero(head))] != 0;
  }

  /** @return false if it is not in the set */
  boolean mark(long head) {
    int slot = slot(nonZero(head));
    if (heads[slot] == 0) return false;
    marked[slot] = true;
    return true;
  }

  boolean isMarked(long head) {
    return marked[slot(nonZero(head))];
  }

  private static long nonZero(long head) {
    return head == 0 ? ZERO : head;
  }

  long size() {
    return size;
  }

  private int slot(long head) {
    int slot = (int) (head * SECRET >>> 32) & mask;
    while (heads[slot] != 0 && heads[slot] != head) slot = (slot + 1) & mask;
    return slot;
  }

  private void grow() {
    if (heads.length >= 1 << 30) {
      throw new IllegalStateException("more than 700 million chunks: beyond what one set holds");
    }
    long[] oldHeads = heads;
    boolean[] oldMarks = marked;
    heads = new long[oldHeads.length * 2];
    marked = new boolean[heads.length];
    mask = heads.length - 1;
    for (int i = 0; i < oldHeads.length; i++) {
      if (oldHeads[i] == 0) continue;
      int slot = slot(oldHeads[i]);
      heads[slot] = oldHeads[i];
      marked[slot] = oldMarks[i];
    }
  }
}
