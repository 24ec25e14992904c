package io.reprise.protocol.backup;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An image to back up: a file or a block device. Reading is safe from several threads. */
public interface ImageSource {
  /** Bytes when the backup began, at least 1. */
  long size();

  /**
   * Fills the buffer with the bytes from {@code position} on.
   *
   * @throws java.io.EOFException if the image ends before: it shrank
   */
  void read(long position, ByteBuffer target) throws IOException;

  /**
   * Where data begins at or behind {@code position}; up to there the image is known to read as zeros. For one thread.
   *
   * @return {@code position} itself if nothing is known, {@link #size()} or more if there is no more data
   */
  long nextData(long position) throws IOException;
}
