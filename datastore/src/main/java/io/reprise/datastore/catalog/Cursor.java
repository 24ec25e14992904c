package io.reprise.datastore.catalog;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads on from a place in the catalog up to an end, through a window. */
final class Cursor {
  private static final int MAX_VARINT = 10;

  private final ByteSource source;
  private final ByteBuffer window;
  private long nextLoad;
  private long end;

  /** @param windowBytes how much is read at a time */
  Cursor(ByteSource source, long position, long end, int windowBytes) {
    this.source = source;
    this.window = ByteBuffer.allocate(windowBytes).limit(0);
    this.nextLoad = position;
    this.end = end;
  }

  private long position() {
    return nextLoad - window.remaining();
  }

  /** From here on {@code length} bytes may be read, not more. */
  void end(long length) throws BadFormat {
    if (length < 1 || length > end - position()) {
      throw new BadFormat("catalog: table of %s bytes at %d reaches beyond the file"
          .formatted(Long.toUnsignedString(length), position()));
    }
    end = position() + length;
  }

  boolean atEnd() {
    return position() == end;
  }

  int next() throws IOException {
    if (position() >= end) throw cutOff();
    if (!window.hasRemaining()) load();
    return window.get() & 0xff;
  }

  byte[] bytes(int length) throws IOException {
    if (length > end - position()) throw cutOff();
    byte[] bytes = new byte[length];
    int at = 0;
    while (at < length) {
      if (!window.hasRemaining()) load();
      int n = Math.min(length - at, window.remaining());
      window.get(bytes, at, n);
      at += n;
    }
    return bytes;
  }

  /** Bytes behind the end may be loaded; they are never handed out. */
  private void load() throws IOException {
    window.clear().limit((int) Math.min(window.capacity(), source.size() - nextLoad));
    source.read(nextLoad, window);
    nextLoad += window.flip().remaining();
  }

  /** 64 bits, seven a byte, least significant first. */
  long unsigned() throws IOException {
    long value = 0;
    for (int i = 0; i < MAX_VARINT; i++) {
      int b = next();
      value |= (long) (b & 0x7f) << (7 * i);
      if (b < 0x80) return value;
    }
    throw new BadFormat("catalog: number of more than ten bytes");
  }

  /** A negative number has bit 7 set on every byte and a zero byte behind. */
  long signed() throws IOException {
    long value = 0;
    for (int i = 0; i < MAX_VARINT; i++) {
      int b = next();
      if (b == 0 && i > 0) return -value;
      value |= (long) (b & 0x7f) << (7 * i);
      if (b < 0x80) return value;
    }
    if (next() == 0) return -value;
    throw new BadFormat("catalog: number of more than eleven bytes");
  }

  private BadFormat cutOff() {
    return new BadFormat("catalog: table ends in the middle of an entry at " + position());
  }
}
