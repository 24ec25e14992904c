package io.reprise.protocol.rest;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.reprise.protocol.connect.ConnectionLost;
import io.reprise.protocol.connect.ReceivedBody;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One HTTP/1.1 connection: a request at a time, and perhaps an upgrade as the last one. */
final class HttpConnection extends SimpleChannelInboundHandler<HttpObject> {
  private static final long READ_AHEAD_BYTES = 4L << 20;
  private static final long BODY_TIMEOUT_SECONDS = 120;

  /** The head of an answer, with its body still on the way. */
  record Answer(int status, ReceivedBody body) {}

  private final Channel channel;
  private final java.util.function.Consumer<HttpConnection> whenIdle;
  private volatile @Nullable Exchange current;
  private volatile long idleSinceNanos;

  private HttpConnection(Channel channel, java.util.function.Consumer<HttpConnection> whenIdle) {
    this.channel = channel;
    this.whenIdle = whenIdle;
  }

  /** @param whenIdle called on a reading thread once an answer was read and the connection may be used again */
  static HttpConnection on(Channel channel, java.util.function.Consumer<HttpConnection> whenIdle) {
    var connection = new HttpConnection(channel, whenIdle);
    channel.pipeline().addLast(new HttpClientCodec(8_192, 65_536, 65_536), connection);
    return connection;
  }

  /** One request and its answer; counts what was received and not yet read. */
  private final class Exchange implements ReceivedBody.Source {
    final CompletableFuture<Answer> answer = new CompletableFuture<>();
    final ReceivedBody body = new ReceivedBody(this, BODY_TIMEOUT_SECONDS);
    final @Nullable ChannelHandler next;
    long aheadBytes; // on the event loop only
    volatile boolean keepAlive;
    volatile boolean switching;

    Exchange(@Nullable ChannelHandler next) {
      this.next = next;
    }

    @Override
    public void consumed(int bytes) {
      channel.eventLoop().execute(() -> readAhead(-bytes));
    }

    void readAhead(int bytes) {
      aheadBytes += bytes;
      channel.config().setAutoRead(aheadBytes < READ_AHEAD_BYTES);
    }

    @Override
    public void drained() {
      if (switching) return; // the connection is the new protocol's
      if (!keepAlive || !channel.isActive()) {
        channel.close();
        return;
      }
      current = null;
      channel.config().setAutoRead(true);
      idleSinceNanos = System.nanoTime();
      whenIdle.accept(HttpConnection.this);
    }

    @Override
    public void abandoned() {
      channel.close();
    }

    void fail(String message, @Nullable Throwable cause) {
      var lost = new ConnectionLost(message, cause);
      answer.completeExceptionally(lost);
      body.fail(lost);
    }
  }

  /**
   * @param next takes over the connection if the server answers 101
   * @return the answer's head; its body must be read to the end or closed
   */
  CompletableFuture<Answer> send(FullHttpRequest request, @Nullable ChannelHandler next) {
    var exchange = new Exchange(next);
    current = exchange;
    channel.writeAndFlush(request).addListener(written -> {
      if (!written.isSuccess()) exchange.fail("cannot send a request", written.cause());
    });
    return exchange.answer;
  }

  /** True if it stands and was used a moment ago: servers close connections that idle. */
  boolean isFresh(long maxIdleNanos) {
    return channel.isActive() && System.nanoTime() - idleSinceNanos < maxIdleNanos;
  }

  Channel channel() {
    return channel;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
    var exchange = current;
    if (exchange == null || message.decoderResult().isFailure()) {
      if (exchange != null)
        exchange.fail("the server does not speak HTTP", message.decoderResult().cause());
      ctx.close();
      return;
    }
    if (message instanceof HttpResponse head) head(exchange, head);
    if (message instanceof HttpContent content) content(ctx, exchange, content);
  }

  private static void head(Exchange exchange, HttpResponse head) {
    exchange.switching = head.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
    boolean informational = head.status().code() < 200;
    if (informational) return; // 100 Continue and the like: the answer follows
    exchange.keepAlive = HttpUtil.isKeepAlive(head);
    exchange.answer.complete(new Answer(head.status().code(), exchange.body));
  }

  private void content(ChannelHandlerContext ctx, Exchange exchange, HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    if (exchange.switching) {
      if (last) upgrade(ctx, exchange);
      return;
    }
    if (!exchange.answer.isDone()) return; // end of an informational answer
    int bytes = content.content().readableBytes();
    exchange.body.add(content.content().retain());
    if (last) exchange.body.end();
    else exchange.readAhead(bytes);
  }

  /** Bytes behind the answer belong to the new protocol already: the codec hands them on as it goes. */
  private void upgrade(ChannelHandlerContext ctx, Exchange exchange) {
    if (exchange.next == null) {
      exchange.fail("the server switches protocols unasked", null);
      ctx.close();
      return;
    }
    current = null;
    var codec = ctx.pipeline().context(HttpClientCodec.class);
    ((HttpClientCodec) codec.handler()).prepareUpgradeFrom(codec); // lets raw bytes out
    ctx.pipeline().addLast(exchange.next);
    ctx.pipeline().remove(this);
    ctx.pipeline().remove(codec.handler());
    exchange.body.end();
    exchange.answer.complete(new Answer(101, exchange.body));
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    var exchange = current;
    if (exchange != null)
      exchange.fail("the server closed the connection before its answer was complete", null);
    super.channelInactive(ctx);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    var exchange = current;
    if (exchange != null)
      exchange.fail("connection to the server failed: " + cause.getMessage(), cause);
    ctx.close();
  }
}
