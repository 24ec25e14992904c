package io.reprise.datastore.pxar;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** An item of a GOODBYE table, 24 bytes (datastore.md §4.3). */
record GoodbyeItem(long hash, long offset, long size) {
  static final int BYTES = 24;

  static GoodbyeItem read(byte[] bytes) {
    return read(ByteBuffer.wrap(bytes));
  }

  /** @param in 24 bytes from position 0 on */
  static GoodbyeItem read(ByteBuffer in) {
    in.order(ByteOrder.LITTLE_ENDIAN);
    return new GoodbyeItem(in.getLong(0), in.getLong(8), in.getLong(16));
  }

  /** True for the last item of a table, which describes the table itself. */
  boolean isTail() {
    return hash == RecordType.GOODBYE_TAIL;
  }
}
