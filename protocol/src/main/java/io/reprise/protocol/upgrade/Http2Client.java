package io.reprise.protocol.upgrade;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.reprise.protocol.connect.ConnectionLost;
import java.io.IOException;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** The client's end of an HTTP/2 connection; all its methods and all answers run on the event loop. */
final class Http2Client extends Http2ConnectionHandler {
  /** An answer that nobody reads is held back after so many bytes. */
  static final int STREAM_WINDOW = 32 << 20;

  private static final int MAX_FRAME_BYTES = 1 << 20;

  /** Streams take turns in steps of this size. */
  private static final int WRITE_BYTES = 256 << 10;

  /** The connection as a whole never holds the server back: its streams do. */
  private static final int CONNECTION_WINDOW_GROWTH = Integer.MAX_VALUE - 65_535;

  private final IntObjectMap<StreamAnswer> open = new IntObjectHashMap<>();
  private @Nullable ChannelHandlerContext context;
  private @Nullable IOException lost;

  private Http2Client(
      Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
    super(decoder, encoder, settings);
  }

  static Http2Client create() {
    return new Builder().build();
  }

  private static final class Builder
      extends AbstractHttp2ConnectionHandlerBuilder<Http2Client, Builder> {
    @Override
    protected Http2Client build() {
      var connection = new DefaultHttp2Connection(false);
      var distributor = new UniformStreamByteDistributor(connection);
      distributor.minAllocationChunk(WRITE_BYTES);
      connection
          .remote()
          .flowController(new DefaultHttp2RemoteFlowController(connection, distributor));
      connection(connection);
      encoderEnforceMaxConcurrentStreams(true); // beyond the server's limit requests wait here
      gracefulShutdownTimeoutMillis(0);
      initialSettings(new Http2Settings()
          .pushEnabled(false)
          .initialWindowSize(STREAM_WINDOW)
          .maxFrameSize(MAX_FRAME_BYTES));
      return super.build();
    }

    @Override
    protected Http2Client build(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      var client = new Http2Client(decoder, encoder, settings);
      frameListener(client.new Listener());
      return client;
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    super.handlerAdded(ctx); // sends preface and settings
    context = ctx;
    connection().addListener(new Closings());
    connection()
        .local()
        .flowController()
        .incrementWindowSize(connection().connectionStream(), CONNECTION_WINDOW_GROWTH);
    ctx.flush();
  }

  /**
   * Sends a request.
   *
   * @param body null without; taken over in any case
   * @return the stream, for {@link #giveBack} and {@link #cancel}; 0 if the connection is gone
   */
  int send(Http2Headers headers, @Nullable ByteBuf body, StreamAnswer answer) {
    var ctx = context;
    if (ctx == null || lost != null) {
      if (body != null) body.release();
      answer.fail(lost == null ? new ConnectionLost("not connected", null) : lost);
      return 0;
    }
    int stream = connection().local().incrementAndGetNextStreamId();
    open.put(stream, answer);
    encoder()
        .writeHeaders(ctx, stream, headers, 0, body == null, ctx.newPromise())
        .addListener(f -> written(stream, f.cause()));
    if (body != null) {
      encoder()
          .writeData(ctx, stream, body, 0, true, ctx.newPromise())
          .addListener(f -> written(stream, f.cause()));
    }
    flush(ctx); // this handler's: it writes what the flow controller holds
    return stream;
  }

  private void written(int stream, @Nullable Throwable failure) {
    if (failure == null) return;
    var answer = open.remove(stream);
    if (answer != null) {
      answer.fail(
          lost == null
              ? new ConnectionLost("cannot send a request: " + failure.getMessage(), failure)
              : lost);
    }
  }

  /** A reader has taken these bytes. */
  void giveBack(int stream, int bytes) {
    var s = connection().stream(stream);
    if (s == null || context == null) return; // closed: given back already
    try {
      if (connection().local().flowController().consumeBytes(s, bytes)) flush(context);
    } catch (Http2Exception e) {
      onError(context, true, e);
    }
  }

  void cancel(int stream) {
    var answer = open.remove(stream);
    if (answer == null || context == null) return;
    answer.fail(new IOException("cancelled"));
    resetStream(context, stream, Http2Error.CANCEL.code(), context.newPromise());
    flush(context);
  }

  private final class Listener extends Http2FrameAdapter {
    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx,
        int stream,
        Http2Headers headers,
        int dependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean end) {
      onHeadersRead(ctx, stream, headers, padding, end);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext ctx, int stream, Http2Headers headers, int padding, boolean end) {
      var answer = open.get(stream);
      if (answer == null) return;
      var status = headers.status();
      if (status != null && status.length() == 3 && status.charAt(0) != '1') {
        answer.head(Integer.parseInt(status.toString()), headers.getLong("content-length", -1));
      }
      if (end) end(stream);
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext ctx, int stream, ByteBuf data, int padding, boolean end) {
      var answer = open.get(stream);
      int bytes = data.readableBytes() + padding;
      if (answer == null) return bytes;
      try {
        int free = answer.data(data) + padding;
        if (end) end(stream);
        return free;
      } catch (IOException e) {
        open.remove(stream);
        answer.fail(e);
        resetStream(ctx, stream, Http2Error.CANCEL.code(), ctx.newPromise());
        return bytes;
      }
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int stream, long error) {
      var answer = open.remove(stream);
      if (answer != null) {
        answer.fail(
            new ConnectionLost("the server dropped a request: " + Http2Error.valueOf(error), null));
      }
    }

    @Override
    public void onGoAwayRead(
        ChannelHandlerContext ctx, int lastStream, long error, ByteBuf debugData) {
      if (lost == null) {
        lost =
            new ConnectionLost("the server ends the session: " + Http2Error.valueOf(error), null);
      }
    }
  }

  /** Streams that end in any way without an answer, e.g. because the server went away before it saw them. */
  private final class Closings extends Http2ConnectionAdapter {
    @Override
    public void onStreamClosed(Http2Stream stream) {
      var answer = open.remove(stream.id());
      if (answer != null) {
        answer.fail(lost == null ? new ConnectionLost("a request was cut off", null) : lost);
      }
    }
  }

  private void end(int stream) {
    var answer = open.remove(stream);
    if (answer != null) answer.end();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    loseAll(new ConnectionLost("the connection to the server is lost", null));
    super.channelInactive(ctx);
  }

  @Override
  protected void onConnectionError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      @Nullable Http2Exception http2) {
    loseAll(new ConnectionLost("connection to the server failed: " + cause.getMessage(), cause));
    super.onConnectionError(ctx, outbound, cause, http2);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
    if (cause instanceof IOException) {
      loseAll(new ConnectionLost("connection to the server failed: " + cause.getMessage(), cause));
      ctx.close();
    } else {
      super.exceptionCaught(ctx, cause);
    }
  }

  private void loseAll(IOException reason) {
    if (lost == null) lost = reason;
    var answers = new ArrayList<>(open.values());
    open.clear();
    answers.forEach(answer -> answer.fail(lost == null ? reason : lost));
  }
}
