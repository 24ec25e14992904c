package io.reprise.datastore;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Bytes that can be read at any position: an archive behind its index, a file, an array. Reading is safe from several
 * threads.
 */
public interface ByteSource {
  /** Length in bytes. */
  long size();

  /**
   * Fills the rest of the buffer with the bytes from {@code position} on.
   *
   * @throws BadFormat if that reaches beyond the end
   * @throws IOException if the bytes cannot be had
   */
  void read(long position, ByteBuffer target) throws IOException;

  /** The bytes from {@code from} up to {@code to}, in order; not buffered, reads go straight to the source. */
  default InputStream stream(long from, long to) throws BadFormat {
    checkRange(this, from, to - from);
    return new ByteSourceStream(this, from, to);
  }

  /** A source over an array that nobody changes. */
  static ByteSource of(byte[] bytes) {
    return new ByteSource() {
      @Override
      public long size() {
        return bytes.length;
      }

      @Override
      public void read(long position, ByteBuffer target) throws IOException {
        checkRange(this, position, target.remaining());
        target.put(bytes, (int) position, target.remaining());
      }
    };
  }

  /** @throws BadFormat unless {@code length} bytes can be read at {@code position} */
  static void checkRange(ByteSource source, long position, long length) throws BadFormat {
    if (position < 0 || length < 0 || position > source.size() - length) {
      throw new BadFormat(
          "%d bytes at %d lie outside the %d bytes that there are: the archive is cut off or damaged, verify the snapshot"
              .formatted(length, position, source.size()));
    }
  }
}
