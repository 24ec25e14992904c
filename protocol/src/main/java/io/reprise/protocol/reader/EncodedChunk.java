package io.reprise.protocol.reader;

import io.reprise.datastore.chunk.Digest;
import java.nio.ByteBuffer;

/** A chunk as the server sent it: a blob, unchecked, in memory that goes back at {@link #close}. */
public interface EncodedChunk extends AutoCloseable {
  Digest digest();

  /** Valid until {@link #close}. */
  ByteBuffer blob();

  @Override
  void close();
}
