package io.reprise.protocol.connect;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Holds a connection to a rate, below TLS. Writes wait here in order; reads are asked for later, so that the server is held
 * back by TCP. Used instead of Netty's traffic shaping, which knows no burst.
 */
final class Throttle extends ChannelDuplexHandler {
  private record Write(Object message, ChannelPromise promise) {}

  private final TokenBucket in;
  private final TokenBucket out;
  private final ArrayDeque<Write> waiting = new ArrayDeque<>();
  private boolean readLater;

  Throttle(RateLimit limit) {
    in = new TokenBucket(limit, System.nanoTime());
    out = new TokenBucket(limit, System.nanoTime());
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf bytes) in.take(bytes.readableBytes(), System.nanoTime());
    long wait = in.waitNanos(System.nanoTime());
    var config = ctx.channel().config();
    if (wait > 0 && config.isAutoRead()) { // else the event loop reads on, asked or not
      config.setAutoRead(false);
      ctx.executor().schedule(() -> config.setAutoRead(true), wait, TimeUnit.NANOSECONDS);
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    long wait = in.waitNanos(System.nanoTime());
    if (wait == 0) {
      ctx.read();
    } else if (!readLater) {
      readLater = true;
      ctx.executor()
          .schedule(
              () -> {
                readLater = false;
                read(ctx);
              },
              wait,
              TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (waiting.isEmpty() && out.waitNanos(System.nanoTime()) == 0) {
      send(ctx, message, promise);
      return;
    }
    waiting.add(new Write(message, promise));
    if (waiting.size() == 1) later(ctx);
  }

  private void send(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof ByteBuf bytes) out.take(bytes.readableBytes(), System.nanoTime());
    ctx.write(message, promise);
  }

  private void later(ChannelHandlerContext ctx) {
    ctx.executor()
        .schedule(() -> drain(ctx), out.waitNanos(System.nanoTime()), TimeUnit.NANOSECONDS);
  }

  private void drain(ChannelHandlerContext ctx) {
    while (!waiting.isEmpty() && out.waitNanos(System.nanoTime()) == 0) {
      Write next = waiting.remove();
      send(ctx, next.message, next.promise);
    }
    ctx.flush();
    if (!waiting.isEmpty()) later(ctx);
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    drop();
    ctx.close(promise);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    drop();
    ctx.fireChannelInactive();
  }

  private void drop() {
    for (Write w = waiting.poll(); w != null; w = waiting.poll()) {
      ReferenceCountUtil.release(w.message);
      w.promise.tryFailure(new ClosedChannelException());
    }
  }
}
