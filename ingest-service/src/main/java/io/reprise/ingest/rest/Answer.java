package io.reprise.ingest.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import io.netty.channel.Channel;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an endpoint answers when nothing went wrong; the envelope (protocol.md §1.3) is put around it by the router. */
public sealed interface Answer {
  /** No value: {@code {"data":null}}. */
  Answer NOTHING = new Json(NullNode.instance, Map.of());

  /** @param attributes members beside {@code data}, such as {@code digest} or {@code total} */
  record Json(JsonNode data, Map<String, JsonNode> attributes) implements Answer {}

  /** An array that is written as it is made, so that its length costs no memory. */
  record Rows(Source rows, Map<String, JsonNode> attributes) implements Answer {}

  /** Hands over the rows of an array one after the other. */
  interface Source {
    void writeTo(Sink out) throws IOException;
  }

  /** Takes the next row. */
  interface Sink {
    void row(JsonNode row) throws IOException;
  }

  /**
   * Bytes without an envelope.
   *
   * @param size length in bytes, −1 if it is known only at the end
   * @param fileName sent as an attachment of this name, null to send none
   */
  record Content(String type, long size, @Nullable String fileName, Body body) implements Answer {}

  /** The connection becomes a session (protocol.md §3.1, §4.1). */
  record Upgrade(Session session) implements Answer {}

  /** A session that is open but has no connection yet. */
  interface Session {
    /**
     * Answers 101 on the channel and speaks HTTP/2 from then on. Called once, on the channel's event loop. Takes over
     * every handler of the pipeline above TLS, and bytes that arrive from now on. The session ends with the channel.
     */
    void takeOver(Channel channel);

    /** The client went away before {@link #takeOver}: ends the session as a lost connection does. May block. */
    void abandon();
  }

  /** Writes the bytes of a {@link Content}; on a virtual thread, held back while the client does not read. */
  interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  static Answer of(JsonNode data) {
    return new Json(data, Map.of());
  }

  static Answer of(String text) {
    return of(JsonNodeFactory.instance.textNode(text));
  }

  static Answer of(boolean flag) {
    return of(JsonNodeFactory.instance.booleanNode(flag));
  }

  static Answer rows(Source rows) {
    return new Rows(rows, Map.of());
  }

  /** An answer with the digest of the configuration it was read from (protocol.md §1.7). */
  static Answer withDigest(JsonNode data, String digest) {
    return new Json(data, Map.of("digest", JsonNodeFactory.instance.textNode(digest)));
  }
}
