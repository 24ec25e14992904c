package io.reprise.datastore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A stretch of a source, read in order. */
final class ByteSourceStream extends InputStream {
  private final ByteSource source;
  private final long end;
  private long position;

  ByteSourceStream(ByteSource source, long position, long end) {
    this.source = source;
    this.position = position;
    this.end = end;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) return 0;
    if (position == end) return -1;
    int n = (int) Math.min(length, end - position);
    source.read(position, ByteBuffer.wrap(target, offset, n));
    position += n;
    return n;
  }

  @Override
  public long skip(long n) {
    long skipped = Math.max(0, Math.min(n, end - position));
    position += skipped;
    return skipped;
  }

  @Override
  public int available() {
    return (int) Math.min(Integer.MAX_VALUE, end - position);
  }
}
