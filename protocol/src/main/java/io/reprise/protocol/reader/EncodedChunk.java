package io.reprise.protocol.reader;

import io.netty.buffer.ByteBuf;
import io.reprise.datastore.Digest;
import java.nio.ByteBuffer;

/** A chunk as the server sent it: a blob, unchecked, in memory that goes back at {@link #close}. */
public final class EncodedChunk implements AutoCloseable {
  private final Digest digest;
  private final ByteBuf body;

  EncodedChunk(Digest digest, ByteBuf body) {
    this.digest = digest;
    this.body = body;
  }

  /** As asked for; whether the content fits is for the reader to check. */
  public Digest digest() {
    return digest;
  }

  /** Not to be touched after {@link #close}. */
  public ByteBuffer blob() {
    return body.nioBuffer();
  }

  @Override
  public void close() {
    body.release();
  }
}
