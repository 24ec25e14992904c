package io.reprise.ingest.rest;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections whose request head takes too long once its first byte has come. The idle timeout alone would never
 * notice a client that sends a byte now and then.
 */
final class HeadDeadline implements Handler<HttpConnection> {
  private final Duration patience;

  HeadDeadline(Duration patience) {
    this.patience = patience;
  }

  @Override
  public void handle(HttpConnection connection) {
    ChannelPipeline pipeline =
        ((ConnectionBase) connection).channelHandlerContext().pipeline();
    String decoder = pipeline.context(HttpRequestDecoder.class).name();
    var bytes = new Bytes();
    pipeline.addBefore(decoder, null, bytes);
    pipeline.addAfter(decoder, null, new Messages(bytes));
  }

  /** Before the decoder: begins the time. */
  private final class Bytes extends ChannelInboundHandlerAdapter {
    private @Nullable Future<?> deadline;
    private boolean inBody;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) {
      if (deadline == null && !inBody) {
        deadline =
            ctx.executor().schedule(() -> ctx.close(), patience.toMillis(), TimeUnit.MILLISECONDS);
      }
      ctx.fireChannelRead(bytes);
    }

    void cancel() {
      if (deadline != null) deadline.cancel(false);
      deadline = null;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      cancel();
      ctx.fireChannelInactive();
    }

    /** The connection becomes a session's. */
    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
      cancel();
    }
  }

  /** Behind it: ends the time. */
  private static final class Messages extends ChannelInboundHandlerAdapter {
    private final Bytes bytes;

    Messages(Bytes bytes) {
      this.bytes = bytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof HttpRequest) {
        bytes.cancel();
        bytes.inBody = true;
      }
      if (message instanceof LastHttpContent) bytes.inBody = false;
      ctx.fireChannelRead(message);
    }
  }
}
