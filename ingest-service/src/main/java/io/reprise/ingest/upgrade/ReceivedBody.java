package io.reprise.ingest.upgrade;

import io.netty.buffer.ByteBuf;
import io.reprise.ingest.memory.Admission;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** A raw body, whole and of the announced length. Whoever got it closes it, once its bytes are not needed any more. */
public final class ReceivedBody implements AutoCloseable {
  private final ByteBuf buffer;
  private final Admission memory;
  private final AtomicBoolean closed = new AtomicBoolean();

  ReceivedBody(ByteBuf buffer, Admission memory) {
    this.buffer = buffer;
    this.memory = memory;
  }

  /** A direct buffer of exactly the body, which may be changed; a view of its own each time. */
  public ByteBuffer bytes() {
    return buffer.nioBuffer();
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) return;
    buffer.release();
    memory.close();
  }
}
