package io.reprise.datastore.chunk;

import io.reprise.datastore.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Where encoded chunks come from: a chunk store, a reader session, a test's map. */
@FunctionalInterface
public interface ChunkSource {
  /**
   * The encoded chunk (a blob) of that digest, unchecked, between position and limit; valid until the next call on the
   * same thread.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such chunk
   */
  ByteBuffer read(Digest digest) throws IOException;
}
