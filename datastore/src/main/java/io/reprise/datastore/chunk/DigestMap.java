package io.reprise.datastore.chunk;

import io.reprise.datastore.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * Digests with an int each, in the order in which they came: at most 48 bytes an entry once there are a few thousand, no
 * object for any. Entries lie in blocks that never move; a table of slots, open-addressed, says where. Entries are changed
 * but never removed, other than all at once. Not safe for several threads.
 *
 * <p>Clients choose digests; a secret in the hash keeps them from choosing colliding ones.
 */
public final class DigestMap {
  private static final int ENTRY = Digest.BYTES + Integer.BYTES;
  private static final int BLOCK_BITS = 10;
  private static final int BLOCK = 1 << BLOCK_BITS;
  private static final int LEAST_SLOTS = 64;
  private static final double LOAD = 0.7;
  private static final long[] SECRET =
      new SecureRandom().longs(4).map(factor -> factor | 1).toArray();

  /** Where the bytes lie. */
  @FunctionalInterface
  public interface Memory {
    /** @return that many zeros */
    ByteBuffer allocate(int bytes) throws IOException;

    /** What was allocated is not used any more. */
    default void free(ByteBuffer unused) {}
  }

  private final Memory memory;
  private final List<ByteBuffer> blocks = new ArrayList<>();

  /** Position of an entry, plus one; zero is a free slot. */
  private ByteBuffer slots = ByteBuffer.allocate(0);

  private int mask;
  private int limit;
  private int size;

  /** In the heap. */
  public DigestMap() {
    this(ByteBuffer::allocate);
  }

  public DigestMap(Memory memory) {
    this.memory = memory;
  }

  public int size() {
    return size;
  }

  /** Forgets all entries. What is far more room than that many need is given back. */
  public void clear(int expected) throws IOException {
    size = 0;
    long slotsKept = slots.capacity() / Integer.BYTES;
    if (slotsKept > 8L * slotsFor(expected) || slotsKept < slotsFor(expected)) {
      blocks.forEach(memory::free);
      blocks.clear();
      allocateSlots(slotsFor(expected));
    } else {
      for (int at = 0; at < slots.capacity(); at += Integer.BYTES) slots.putInt(at, 0);
    }
  }

  private static int slotsFor(int entries) {
    int slots = LEAST_SLOTS;
    while (slots * LOAD < entries && slots < 1 << 29) slots *= 2;
    return slots;
  }

  private void allocateSlots(int count) throws IOException {
    ByteBuffer before = slots;
    slots = memory.allocate(count * Integer.BYTES);
    if (before.capacity() > 0) memory.free(before);
    mask = count - 1;
    limit = (int) (count * LOAD);
  }

  /** Sets the value of a digest, which is added if need be. */
  public void put(Digest digest, int value) throws IOException {
    setValue(add(digest.a(), digest.b(), digest.c(), digest.d(), value), value);
  }

  /**
   * Adds a digest, unless it is here.
   *
   * @param value what a new one has
   * @return its position, 0 … size − 1
   */
  public int add(long a, long b, long c, long d, int value) throws IOException {
    if (size >= limit) grow();
    int slot = slot(a, b, c, d);
    int known = slots.getInt(slot);
    if (known != 0) return known - 1;
    int position = size;
    if (position >> BLOCK_BITS == blocks.size()) blocks.add(memory.allocate(BLOCK * ENTRY));
    ByteBuffer block = block(position);
    int at = at(position);
    block.putLong(at, a).putLong(at + 8, b).putLong(at + 16, c).putLong(at + 24, d);
    block.putInt(at + 32, value);
    slots.putInt(slot, ++size);
    return position;
  }

  /** @return the position of a digest, −1 if it is not here */
  public int find(long a, long b, long c, long d) {
    return size == 0 ? -1 : slots.getInt(slot(a, b, c, d)) - 1;
  }

  /** @return the value of a digest, or the other if it is not here */
  public int get(Digest digest, int absent) {
    int position = find(digest.a(), digest.b(), digest.c(), digest.d());
    return position < 0 ? absent : value(position);
  }

  public Digest digest(int position) {
    ByteBuffer block = block(position);
    int at = at(position);
    return new Digest(
        block.getLong(at), block.getLong(at + 8), block.getLong(at + 16), block.getLong(at + 24));
  }

  public int value(int position) {
    return block(position).getInt(at(position) + 32);
  }

  public void setValue(int position, int value) {
    block(position).putInt(at(position) + 32, value);
  }

  private ByteBuffer block(int position) {
    return blocks.get(position >> BLOCK_BITS);
  }

  private static int at(int position) {
    return (position & (BLOCK - 1)) * ENTRY;
  }

  /** Offset of the slot where it is, or belongs. */
  private int slot(long a, long b, long c, long d) {
    long mixed = a * SECRET[0] + b * SECRET[1] + c * SECRET[2] + d * SECRET[3];
    int slot = (int) (mixed >>> 32) & mask;
    while (true) {
      int known = slots.getInt(slot * Integer.BYTES);
      if (known == 0) break;
      ByteBuffer block = block(known - 1);
      int at = at(known - 1);
      if (block.getLong(at) == a
          && block.getLong(at + 8) == b
          && block.getLong(at + 16) == c
          && block.getLong(at + 24) == d) break;
      slot = (slot + 1) & mask;
    }
    return slot * Integer.BYTES;
  }

  private void grow() throws IOException {
    int count = Math.max(LEAST_SLOTS, slots.capacity() / Integer.BYTES * 2);
    if (count > 1 << 29) throw new IOException(size + " digests are more than a map can hold");
    allocateSlots(count);
    for (int position = 0; position < size; position++) {
      ByteBuffer block = block(position);
      int at = at(position);
      int slot = slot(
          block.getLong(at), block.getLong(at + 8), block.getLong(at + 16), block.getLong(at + 24));
      slots.putInt(slot, position + 1);
    }
  }
}
