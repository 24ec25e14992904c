package io.reprise.gc.references;

import java.nio.ByteBuffer;

/** Sums over the whole index, changed with it. Not safe for several threads. */
final class Totals {
  long files;
  long dataBytes;
  long chunks;
  long chunkBytes;
  long missing;
  long orphans;
  long orphanBytes;

  /** A step broke off half way: what is in memory is no longer what is on disk. */
  boolean broken;

  byte[] encode() {
    return ByteBuffer.allocate(7 * 8)
        .putLong(files)
        .putLong(dataBytes)
        .putLong(chunks)
        .putLong(chunkBytes)
        .putLong(missing)
        .putLong(orphans)
        .putLong(orphanBytes)
        .array();
  }

  static Totals decode(byte[] bytes) {
    var in = ByteBuffer.wrap(bytes);
    var totals = new Totals();
    totals.files = in.getLong();
    totals.dataBytes = in.getLong();
    totals.chunks = in.getLong();
    totals.chunkBytes = in.getLong();
    totals.missing = in.getLong();
    totals.orphans = in.getLong();
    totals.orphanBytes = in.getLong();
    return totals;
  }
}
