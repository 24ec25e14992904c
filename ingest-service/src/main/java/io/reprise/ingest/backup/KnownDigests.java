package io.reprise.ingest.backup;

import io.reprise.datastore.chunk.Digest;
import java.io.IOException;
import java.security.SecureRandom;

/**
 * The digests that a session may append (I4), with their plain sizes, in two arrays: an image of 4 TiB has a million, which
 * take 72 MiB at most. Safe for several threads.
 */
final class KnownDigests {
  private static final int LONGS = 4;
  /** Clients choose digests; secret factors keep them from choosing colliding ones. */
  private static final long[] SECRET =
      new SecureRandom().longs(LONGS).map(factor -> factor | 1).toArray();

  private long[] words = new long[64 * LONGS];
  private int[] sizes = new int[64]; // 0: free
  private int count;

  /** @param size plain bytes, at least 1 */
  synchronized void add(Digest digest, int size) {
    if (2 * (count + 1) > sizes.length) grow();
    int slot = slot(digest.a(), digest.b(), digest.c(), digest.d());
    if (sizes[slot] == 0) count++;
    put(slot, digest.a(), digest.b(), digest.c(), digest.d(), size);
  }

  /** @return plain bytes, 0 if the digest is unknown */
  synchronized int size(Digest digest) {
    return sizes[slot(digest.a(), digest.b(), digest.c(), digest.d())];
  }

  /** Takes a digest. */
  interface Visitor {
    void visit(Digest digest) throws IOException;
  }

  /** Hands over what is known at this moment, without keeping others from adding. */
  void forEach(Visitor visitor) throws IOException {
    long[] copy;
    int[] used;
    synchronized (this) {
      copy = words.clone();
      used = sizes.clone();
    }
    for (int i = 0; i < used.length; i++) {
      int at = i * LONGS;
      if (used[i] != 0) {
        visitor.visit(new Digest(copy[at], copy[at + 1], copy[at + 2], copy[at + 3]));
      }
    }
  }

  private void put(int slot, long a, long b, long c, long d, int size) {
    int at = slot * LONGS;
    words[at] = a;
    words[at + 1] = b;
    words[at + 2] = c;
    words[at + 3] = d;
    sizes[slot] = size;
  }

  private int slot(long a, long b, long c, long d) {
    int mask = sizes.length - 1;
    long mixed = a * SECRET[0] + b * SECRET[1] + c * SECRET[2] + d * SECRET[3];
    int slot = (int) (mixed >>> 32) & mask;
    while (sizes[slot] != 0) {
      int at = slot * LONGS;
      if (words[at] == a && words[at + 1] == b && words[at + 2] == c && words[at + 3] == d) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldWords = words;
    int[] oldSizes = sizes;
    words = new long[oldWords.length * 2];
    sizes = new int[oldSizes.length * 2];
    for (int i = 0; i < oldSizes.length; i++) {
      if (oldSizes[i] == 0) continue;
      int at = i * LONGS;
      int slot = slot(oldWords[at], oldWords[at + 1], oldWords[at + 2], oldWords[at + 3]);
      put(slot, oldWords[at], oldWords[at + 1], oldWords[at + 2], oldWords[at + 3], oldSizes[i]);
    }
  }
}
