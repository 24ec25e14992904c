package io.reprise.ingest.rest;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A response body as a stream for a virtual thread: two buffers of 64 KiB whatever the length, and held back while the
 * client does not read. Status and headers go out with the first full buffer; until then an error may still replace them.
 */
final class ResponseStream extends OutputStream {
  private static final int BUFFER = 65_536;

  private final HttpServerResponse response;
  private byte[] buffer = new byte[BUFFER];
  private int count;
  private @Nullable Future<Void> inFlight;

  ResponseStream(HttpServerResponse response) {
    this.response = response;
  }

  @Override
  public void write(int value) throws IOException {
    if (count == buffer.length) send();
    buffer[count++] = (byte) value;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int from = offset;
    int end = offset + length;
    while (from < end) {
      if (count == buffer.length) send();
      int part = Math.min(end - from, buffer.length - count);
      System.arraycopy(bytes, from, buffer, count, part);
      count += part;
      from += part;
    }
  }

  /** Sends the rest and ends the response. Not called after an error, so that half a body never looks whole. */
  @Override
  public void close() throws IOException {
    if (inFlight == null && !response.headers().contains("content-length")) {
      response.putHeader("content-length", Integer.toString(count));
    }
    await(response.end(Buffer.buffer(count).appendBytes(buffer, 0, count)));
  }

  private void send() throws IOException {
    if (inFlight == null && !response.headers().contains("content-length")) {
      response.setChunked(true);
    }
    Future<Void> previous = inFlight;
    inFlight = response.write(Buffer.buffer(count).appendBytes(buffer, 0, count));
    count = 0;
    if (previous != null) await(previous);
  }

  private static void await(Future<Void> sent) throws IOException {
    try {
      sent.toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException e) {
      throw new ClientGone(e.getCause());
    }
  }

  /** The connection broke while an answer was being sent. */
  static final class ClientGone extends IOException {
    ClientGone(@Nullable Throwable cause) {
      super("the client closed the connection", cause);
    }
  }
}
