package io.reprise.protocol.upgrade;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.reprise.protocol.rest.RestFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** Collects an answer of bounded size in one buffer. */
final class WholeAnswer implements StreamAnswer {
  private static final int FIRST_BYTES = 16_384;
  private static final int MAX_ERROR_BYTES = 65_536;

  private final CompletableFuture<ByteBuf> result = new CompletableFuture<>();
  private final ByteBufAllocator buffers;
  private final int maxBytes;
  private int status;
  private ByteBuf body = Unpooled.EMPTY_BUFFER;

  WholeAnswer(ByteBufAllocator buffers, int maxBytes) {
    this.buffers = buffers;
    this.maxBytes = maxBytes;
  }

  /** The body of a successful answer, owned by whoever takes it; fails with the server's refusal otherwise. */
  CompletableFuture<ByteBuf> result() {
    return result;
  }

  @Override
  public void head(int status, long lengthBytes) {
    if (this.status != 0) return; // only the first counts
    this.status = status;
    int capacity = lengthBytes < 0 ? FIRST_BYTES : (int) Math.min(lengthBytes, limit());
    if (capacity > 0) body = buffers.directBuffer(capacity, limit());
  }

  @Override
  public int data(ByteBuf data) throws IOException {
    int bytes = data.readableBytes();
    if (bytes > limit() - body.readableBytes()) {
      throw new IOException("answer longer than " + limit() + " bytes");
    }
    body.writeBytes(data, data.readerIndex(), bytes);
    return bytes;
  }

  @Override
  public void end() {
    if (status == 200) {
      if (!result.complete(body)) body.release();
    } else {
      String text = body.toString(StandardCharsets.UTF_8);
      body.release();
      result.completeExceptionally(new RestFailure(status, text));
    }
  }

  @Override
  public void fail(IOException cause) {
    body.release();
    result.completeExceptionally(cause);
  }

  private int limit() {
    return status == 200 ? maxBytes : MAX_ERROR_BYTES;
  }
}
