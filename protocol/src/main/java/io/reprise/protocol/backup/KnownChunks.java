package io.reprise.protocol.backup;

import io.reprise.datastore.Digest;
import io.reprise.datastore.index.IndexReader;
import java.io.IOException;

/**
 * The chunks that the server knows in a session and that need no upload (protocol.md §3.6): open addressing over the first
 * 128 bits of each digest, at most 32 bytes for each. A collision would make the server refuse the append; it checks the
 * whole digest. Safe for several threads.
 */
final class KnownChunks {
  private long[] slots = new long[2 * 1_024];
  private int size;

  synchronized boolean contains(Digest digest) {
    int slot = slot(slots, digest.a(), digest.b());
    return slots[slot] != 0 || slots[slot + 1] != 0;
  }

  synchronized void add(Digest digest) {
    if (2 * (size + 1) > slots.length / 2) grow();
    int slot = slot(slots, digest.a(), digest.b());
    if (slots[slot] == 0 && slots[slot + 1] == 0)
      size++; // all zeros is never SHA-256 of anything met
    slots[slot] = digest.a();
    slots[slot + 1] = digest.b();
  }

  void addAll(IndexReader index) throws IOException {
    for (long entry = 0; entry < index.entryCount(); entry++) add(index.digest(entry));
  }

  /** Where the pair stands, or the empty place where it would. Digests are uniform: their bits are the hash. */
  private static int slot(long[] slots, long a, long b) {
    int mask = slots.length / 2 - 1;
    int at = (int) (a >>> 32) & mask;
    while (true) {
      int slot = 2 * at;
      boolean empty = slots[slot] == 0 && slots[slot + 1] == 0;
      if (empty || (slots[slot] == a && slots[slot + 1] == b)) return slot;
      at = (at + 1) & mask;
    }
  }

  private void grow() {
    long[] larger = new long[2 * slots.length];
    for (int i = 0; i < slots.length; i += 2) {
      if (slots[i] == 0 && slots[i + 1] == 0) continue;
      int slot = slot(larger, slots[i], slots[i + 1]);
      larger[slot] = slots[i];
      larger[slot + 1] = slots[i + 1];
    }
    slots = larger;
  }
}
