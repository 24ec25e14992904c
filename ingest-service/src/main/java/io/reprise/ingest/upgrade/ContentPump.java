package io.reprise.ingest.upgrade;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.reprise.ingest.upgrade.Reply.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Sends an answer of any length piece by piece: while one is on its way the next is read, and no more, so a client that
 * does not read holds two pieces, and those of a few such answers. Reads on a virtual thread.
 */
final class ContentPump {
  private final ServerConnection connection;
  private final ServerStream stream;
  private final Source source;
  private final Semaphore free = new Semaphore(1);
  private volatile boolean broken;

  ContentPump(ServerConnection connection, ServerStream stream, Source source) {
    this.connection = connection;
    this.stream = stream;
    this.source = source;
  }

  void start() {
    connection.resources().threads().execute(this::run);
  }

  private void run() {
    boolean mayHold = false;
    try {
      connection.answersInPieces().acquire();
      mayHold = true;
      if (stream.isClosed()) return; // while it waited for its turn
      boolean first = true;
      ByteBuf piece = read(); // before the head: an error may still be told
      while (!broken) {
        free.acquire();
        if (broken) break;
        send(piece, first);
        first = false;
        if (piece == null) return;
        piece = null;
        piece = read();
      }
      if (piece != null) piece.release();
    } catch (IOException | RuntimeException e) {
      fail(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(e);
    } finally {
      if (mayHold) connection.answersInPieces().release();
      close();
      connection.done();
    }
  }

  /** @return null at the end */
  private @Nullable ByteBuf read() throws IOException {
    ByteBuf piece = connection.alloc().directBuffer(source.pieceBytes());
    boolean done = false;
    try {
      ByteBuffer into = piece.nioBuffer(0, piece.capacity());
      if (!source.read(into)) return null;
      piece.writerIndex(into.position());
      done = true;
      return piece;
    } finally {
      if (!done) piece.release();
    }
  }

  private void send(@Nullable ByteBuf piece, boolean first) {
    connection.onLoop(() -> {
      if (stream.isClosed() || (first && !stream.beginContent())) {
        if (piece != null) piece.release();
        gone(false);
        return;
      }
      ByteBuf bytes = piece == null ? Unpooled.EMPTY_BUFFER : piece;
      connection.data(stream.id(), bytes, piece == null, this::gone);
      connection.flush();
    });
  }

  private void gone(boolean sent) {
    if (!sent) broken = true;
    free.release();
  }

  private void fail(Exception why) {
    var error = ServerStream.toError(why);
    connection.onLoop(() -> {
      if (!stream.answerIfNotBegun(error)) connection.reset(stream.id(), Http2Error.INTERNAL_ERROR);
    });
  }

  private void close() {
    try {
      source.close();
    } catch (IOException alreadyRead) {
      // nothing depends on it
    }
  }
}
