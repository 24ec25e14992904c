package io.reprise.ingest.upgrade;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import io.reprise.datastore.InvalidName;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.Parameters;
import io.reprise.ingest.upgrade.StreamEndpoint.Work;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One call: from its headers to its answer. Its methods run on the event loop; handlers run elsewhere and come back through
 * {@link #reply} and {@link #fail}.
 *
 * <pre>
 * headers → GATHERING (body comes in) → handed to its handler → answered
 *         └───────────┴── error ──→ answered, the rest of the body is read and dropped
 * </pre>
 */
final class ServerStream implements Answering {
  private static final Logger LOG = Logger.getLogger(ServerStream.class);
  private static final long UNAUTHORIZED_NANOS = 3_000_000_000L;
  /** What is dropped needs no memory: a whole body of a benchmark may come at once. */
  private static final int DROPPED_WINDOW = 4 << 20;

  private static final long MAX_DROPPED = 64L << 20;
  private static final int MAX_UNASKED_BODY = 4 << 10;
  private static final AsciiString TEXT = AsciiString.cached("text/plain;charset=UTF-8");
  private static final AsciiString JSON = AsciiString.cached("application/json;charset=UTF-8");
  private static final AsciiString BYTES = AsciiString.cached("application/octet-stream");
  private static final byte[] NULL = "{\"data\":null}".getBytes(StandardCharsets.US_ASCII);

  private final ServerConnection connection;
  private final int id;
  private final long start = System.nanoTime();

  /** The body that comes in; null before, after, and where bodies are dropped. */
  private @Nullable Gathering body;

  /** What to do when a body that is dropped has ended. */
  private @Nullable Runnable afterDropping;

  private long dropped;
  private boolean answered;
  private volatile boolean closed;

  ServerStream(ServerConnection connection, int id) {
    this.connection = connection;
    this.id = id;
  }

  /** @param end there is no body */
  void begin(Http2Headers headers, boolean end) {
    CharSequence method = headers.method();
    CharSequence path = headers.path();
    if (method == null || path == null) {
      connection.reset(id, Http2Error.PROTOCOL_ERROR);
      return;
    }
    try {
      begin(method, path.toString(), headers, end);
    } catch (ApiError e) {
      answer(e);
    }
  }

  private void begin(CharSequence method, String target, Http2Headers headers, boolean end) {
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    String query = question < 0 ? null : target.substring(question + 1);
    StreamEndpoint endpoint = connection.table().find(method, path);
    if (endpoint == null) {
      if (!StreamTable.isRoot(method, path)) {
        throw new ApiError(404, "no such call in this session: " + method + " " + path);
      }
      answer(new Reply.Data(names()));
      return;
    }
    switch (endpoint.work()) {
      case Work.Call call -> {
        CharSequence type = headers.get("content-type");
        var ready = new ReadyCall(endpoint, call, query, type == null ? null : type.toString());
        if (end) {
          ready.run(new byte[0], () -> {});
        } else {
          gather(parametersLimit(headers), ready);
        }
      }
      case Work.Upload upload -> {
        Parameters parameters = Parameters.ofQuery(endpoint.params(), Map.of(), query);
        int size = Math.toIntExact(parameters.get(upload.size()));
        if (end) throw wrongLength(0, size);
        gather(size, new ReadyUpload(upload, parameters, size));
      }
      case Work.Drop drop -> {
        var ready = new ReadyCall(endpoint, new Work.Call(drop.handler(), false), query, null);
        afterDropping = () -> ready.run(new byte[0], () -> {});
        if (end) end();
        else connection.widen(id, DROPPED_WINDOW);
      }
    }
  }

  private ArrayNode names() {
    ArrayNode names = JsonNodeFactory.instance.arrayNode();
    connection.table().names().forEach(name -> names.addObject().put("subdir", name));
    return names;
  }

  private int parametersLimit(Http2Headers headers) {
    int limit = connection.share() == null ? MAX_UNASKED_BODY : Parameters.BODY_LIMIT;
    long length = headers.getLong("content-length", limit);
    if (length > limit) throw tooLong(limit);
    return (int) Math.max(1, length);
  }

  private static ApiError tooLong(int limit) {
    return ApiError.badRequest("the body is longer than " + limit + " bytes");
  }

  private static ApiError wrongLength(int received, int announced) {
    return ApiError.badRequest("the body has "
        + (received > announced ? "more than " + announced : received)
        + " bytes, announced were " + announced);
  }

  // --- the body
  // ------------------------------------------------------------------------------------------------------

  private void gather(int limit, Gathering.Ready ready) {
    var gathering = new Gathering(connection, id, limit, ready);
    body = gathering;
    gathering.admit();
  }

  /** @return how many of the bytes the stream may send again */
  int data(ByteBuf data) {
    int bytes = data.readableBytes();
    Gathering gathering = body;
    if (gathering != null) {
      try {
        return gathering.add(data);
      } catch (ApiError e) {
        answer(e);
        return bytes;
      }
    }
    if (afterDropping == null && (dropped += bytes) > MAX_DROPPED) {
      connection.reset(id, Http2Error.NO_ERROR);
    }
    return bytes;
  }

  /** The client sends no more. */
  void end() {
    Gathering gathering = body;
    Runnable then = afterDropping;
    afterDropping = null;
    try {
      if (gathering != null) gathering.end();
      else if (then != null) then.run();
    } catch (ApiError e) {
      answer(e);
    }
  }

  /** The client sends nothing while others wait: a body that has memory gives it up. */
  void giveUp() {
    if (body != null && body.waitsForClient()) {
      answer(new ApiError(
          408, "the body of this upload stood still while others waited: send it again"));
    }
  }

  /** The stream is over, whoever ended it. */
  void closed() {
    closed = true;
    dropBody();
  }

  private void dropBody() {
    if (body != null) body.close();
    body = null;
    afterDropping = null;
  }

  /** Parameters, and a handler that wants nothing else. */
  private final class ReadyCall implements Gathering.Ready {
    private final StreamEndpoint endpoint;
    private final Work.Call call;
    private final @Nullable String query;
    private final @Nullable String type;

    ReadyCall(
        StreamEndpoint endpoint, Work.Call call, @Nullable String query, @Nullable String type) {
      this.endpoint = endpoint;
      this.call = call;
      this.query = query;
      this.type = type;
    }

    @Override
    public void run(Gathering gathered) {
      body = null;
      byte[] bytes = ByteBufUtil.getBytes(gathered.bytes());
      run(bytes, gathered::close);
    }

    void run(byte[] bytes, Runnable gone) {
      connection.begun();
      var threads =
          call.inOrder() ? connection.inOrder() : connection.resources().threads();
      threads.execute(() -> {
        Reply reply;
        try {
          reply = call.handler()
              .handle(
                  endpoint.work() instanceof Work.Drop
                      ? Parameters.ofQuery(endpoint.params(), Map.of(), query)
                      : Parameters.ofRequest(endpoint.params(), Map.of(), query, type, bytes));
        } catch (Exception e) {
          fail(e);
          return;
        } finally {
          gone.run();
        }
        reply(reply);
      });
    }
  }

  /** An upload, whole. */
  private final class ReadyUpload implements Gathering.Ready {
    private final Work.Upload upload;
    private final Parameters parameters;
    private final int size;

    ReadyUpload(Work.Upload upload, Parameters parameters, int size) {
      this.upload = upload;
      this.parameters = parameters;
      this.size = size;
    }

    @Override
    public void run(Gathering gathered) {
      int received = gathered.bytes().readableBytes();
      if (received != size) throw wrongLength(received, size);
      body = null;
      connection.begun();
      upload.receiver().receive(parameters, gathered.take(), ServerStream.this);
    }
  }

  // --- the answer
  // ----------------------------------------------------------------------------------------------------

  @Override
  public void reply(Reply reply) {
    connection.onLoop(() -> {
      if (reply instanceof Reply.Content content) {
        new ContentPump(connection, this, content.source()).start();
        return; // done when the pump is
      }
      answer(reply);
      connection.done();
    });
  }

  @Override
  public void fail(Exception why) {
    ApiError error = toError(why);
    connection.onLoop(() -> {
      answer(error);
      connection.done();
    });
  }

  static ApiError toError(Exception why) {
    return switch (why) {
      case ApiError e -> e;
      case InvalidName e -> ApiError.badRequest(String.valueOf(e.getMessage()));
      case IOException e -> {
        LOG.debugf(e, "a call of a session failed");
        yield ApiError.badRequest(String.valueOf(e.getMessage()));
      }
      default -> {
        LOG.errorf(why, "a call of a session failed");
        yield new ApiError(500, "internal error: the log of the server says more");
      }
    };
  }

  private void answer(Reply reply) {
    switch (reply) {
      case Reply.Data(var data) -> {
        byte[] json =
            data.isNull() ? NULL : ("{\"data\":" + data + "}").getBytes(StandardCharsets.UTF_8);
        answer("200", JSON, Unpooled.wrappedBuffer(json), () -> {});
      }
      case Reply.Bytes(ByteBuf bytes, Runnable gone) -> answer("200", BYTES, bytes, gone);
      case Reply.Content ignored -> throw new AssertionError("sent by a pump");
    }
  }

  /** A client hears of a refused login, or chunk, only after three seconds (protocol.md §1.4). */
  void answer(ApiError error) {
    dropBody();
    long wait = start + UNAUTHORIZED_NANOS - System.nanoTime();
    if (error.status() == 401 && wait > 0) {
      connection.context().executor().schedule(() -> answerNow(error), wait, TimeUnit.NANOSECONDS);
    } else {
      answerNow(error);
    }
  }

  private void answerNow(ApiError error) {
    byte[] text = String.valueOf(error.getMessage()).getBytes(StandardCharsets.UTF_8);
    answer(Integer.toString(error.status()), TEXT, Unpooled.wrappedBuffer(text), () -> {});
  }

  private void answer(String status, AsciiString type, ByteBuf content, Runnable gone) {
    if (closed || answered) {
      content.release();
      gone.run();
      return;
    }
    head(status, type);
    connection.data(id, content, true, sent -> gone.run());
    connection.flush();
  }

  /** The first part of an answer that comes in pieces. @return false if nobody waits for it any more */
  boolean beginContent() {
    if (closed || answered) return false;
    head("200", BYTES);
    return true;
  }

  /** @return false if half of a good answer is out already */
  boolean answerIfNotBegun(ApiError error) {
    if (answered) return false;
    answer(error);
    return true;
  }

  private void head(String status, AsciiString type) {
    answered = true;
    connection.head(
        id,
        ReadOnlyHttp2Headers.serverHeaders(
            false, AsciiString.of(status), AsciiString.cached("content-type"), type));
  }

  int id() {
    return id;
  }

  /** Any thread. */
  boolean isClosed() {
    return closed;
  }
}
