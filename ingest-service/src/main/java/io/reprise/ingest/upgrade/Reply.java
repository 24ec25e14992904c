package io.reprise.ingest.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;

/** What a call within a session is answered with when nothing went wrong. */
public sealed interface Reply {
  /** {@code {"data":null}}. */
  Reply NOTHING = new Data(NullNode.instance);

  /** A value in the envelope of protocol.md §1.3. */
  record Data(JsonNode data) implements Reply {}

  /**
   * Bytes as they are.
   *
   * @param bytes belongs to the connection from here on
   * @param gone run once, on the event loop, when the bytes are with the operating system or will never be
   */
  record Bytes(ByteBuf bytes, Runnable gone) implements Reply {}

  /** Bytes of any length, read piece by piece, and only as fast as the client takes them. */
  record Content(Source source) implements Reply {}

  /** Where a {@link Content} comes from; on a virtual thread, closed at the end whatever happens. */
  interface Source extends AutoCloseable {
    /** Size of the buffer for the next piece in bytes. */
    int pieceBytes();

    /**
     * Puts more into the buffer, as much as fits or less.
     *
     * @param into direct; empty when called
     * @return false if there was nothing left, and nothing was put in
     * @throws IOException resets the stream: half an answer must not look whole
     */
    boolean read(ByteBuffer into) throws IOException;

    @Override
    void close() throws IOException;
  }

  static Reply of(String text) {
    return new Data(JsonNodeFactory.instance.textNode(text));
  }

  static Reply of(long number) {
    return new Data(JsonNodeFactory.instance.numberNode(number));
  }
}
