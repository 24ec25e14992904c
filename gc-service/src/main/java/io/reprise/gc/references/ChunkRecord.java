package io.reprise.gc.references;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What the index knows of one chunk: its encoded size, and for each group how many runs of neighbouring snapshots hold
 * it. No group: an orphan.
 *
 * @param size encoded bytes as seen at the first reference; {@link #MISSING} if there was no such chunk
 * @param groups numbers of groups, ascending
 * @param runs at the same positions, at least 1
 */
record ChunkRecord(long size, int[] groups, int[] runs) {
  static final long MISSING = -1;
  private static final int[] NONE = {};

  static ChunkRecord unreferenced(long size) {
    return new ChunkRecord(size, NONE, NONE);
  }

  boolean isOrphan() {
    return groups.length == 0;
  }

  ChunkRecord withSize(long newSize) {
    return new ChunkRecord(newSize, groups, runs);
  }

  /** @throws IndexDamaged if there were fewer runs than are taken away */
  ChunkRecord plus(int group, int delta) throws IndexDamaged {
    int at = Arrays.binarySearch(groups, group);
    int count = (at < 0 ? 0 : runs[at]) + delta;
    if (count < 0) throw new IndexDamaged("a chunk has fewer references than were counted");
    if (at >= 0 && count > 0) {
      int[] changed = runs.clone();
      changed[at] = count;
      return new ChunkRecord(size, groups, changed);
    }
    if (at < 0 && count == 0) return this;
    return at < 0 ? inserted(-at - 1, group, count) : without(at);
  }

  private ChunkRecord inserted(int at, int group, int count) {
    int[] g = new int[groups.length + 1];
    int[] r = new int[g.length];
    System.arraycopy(groups, 0, g, 0, at);
    System.arraycopy(runs, 0, r, 0, at);
    g[at] = group;
    r[at] = count;
    System.arraycopy(groups, at, g, at + 1, groups.length - at);
    System.arraycopy(runs, at, r, at + 1, groups.length - at);
    return new ChunkRecord(size, g, r);
  }

  private ChunkRecord without(int at) {
    int[] g = new int[groups.length - 1];
    int[] r = new int[g.length];
    System.arraycopy(groups, 0, g, 0, at);
    System.arraycopy(runs, 0, r, 0, at);
    System.arraycopy(groups, at + 1, g, at, g.length - at);
    System.arraycopy(runs, at + 1, r, at, g.length - at);
    return new ChunkRecord(size, g, r);
  }

  /** Numbers of variable length, groups as differences: about five bytes for a chunk of one guest. */
  byte[] encode() {
    var out = ByteBuffer.allocate(10 + groups.length * 10);
    putVarint(out, size + 1);
    int previous = 0;
    for (int i = 0; i < groups.length; i++) {
      putVarint(out, groups[i] - previous);
      putVarint(out, runs[i]);
      previous = groups[i];
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  static ChunkRecord decode(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    long size = varint(in) - 1;
    int count = 0;
    int[] groups = new int[4];
    int[] runs = new int[4];
    int previous = 0;
    while (in.hasRemaining()) {
      if (count == groups.length) {
        groups = Arrays.copyOf(groups, count * 2);
        runs = Arrays.copyOf(runs, count * 2);
      }
      previous += (int) varint(in);
      groups[count] = previous;
      runs[count++] = (int) varint(in);
    }
    return new ChunkRecord(size, Arrays.copyOf(groups, count), Arrays.copyOf(runs, count));
  }

  private static void putVarint(ByteBuffer out, long value) {
    long rest = value;
    while (rest > 0x7f) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) return value;
    }
  }
}
