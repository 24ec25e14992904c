package io.reprise.protocol;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The other end of the wire for tests: TLS, HTTP/1.1, the upgrade, HTTP/2. What it answers is a function; it may also break
 * off in all the ways a server can.
 */
public final class TestServer implements AutoCloseable {
  /**
   * @param path without {@code /api2/json/} and slashes in front
   * @param headers lower-case names
   */
  public record Request(
      boolean http2,
      String method,
      String path,
      Map<String, List<String>> query,
      Map<String, String> headers,
      byte[] body) {
    public String parameter(String name) {
      var values = query.get(name);
      return values == null ? null : values.getFirst();
    }

    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  public sealed interface Answer {
    record Body(int status, byte[] bytes) implements Answer {}

    /** 101; then HTTP/2. */
    record Switch() implements Answer {}

    /** So many bytes of a body are sent, then the stream is reset (HTTP/1: the connection closed). */
    record Reset(int bytesBefore) implements Answer {}

    /** The TCP connection ends. */
    record Close() implements Answer {}

    /** Nothing ever comes. */
    record Silence() implements Answer {}

    static Answer json(String data) {
      return new Body(200, ("{\"data\":" + data + "}").getBytes(StandardCharsets.UTF_8));
    }

    static Answer error(int status, String text) {
      return new Body(status, text.getBytes(StandardCharsets.UTF_8));
    }

    static Answer bytes(byte[] bytes) {
      return new Body(200, bytes);
    }
  }

  private final EventLoopGroup loops = new NioEventLoopGroup(2);
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final Channel listener;
  private final TestCertificate certificate;
  private final Function<Request, Answer> handler;
  private final long maxStreams;
  private final AtomicInteger connections = new AtomicInteger();

  public TestServer(TestCertificate certificate, Function<Request, Answer> handler) {
    this(certificate, handler, 1_000);
  }

  public TestServer(
      TestCertificate certificate, Function<Request, Answer> handler, long maxStreams) {
    this.certificate = certificate;
    this.handler = handler;
    this.maxStreams = maxStreams;
    try {
      SslContext tls = SslContextBuilder.forServer(certificate.key(), certificate.certificate())
          .sslProvider(SslProvider.JDK)
          .build();
      listener = new ServerBootstrap()
          .group(loops)
          .channel(NioServerSocketChannel.class)
          .childHandler(new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
              connections.incrementAndGet();
              channel
                  .pipeline()
                  .addLast(
                      tls.newHandler(channel.alloc()),
                      new HttpServerCodec(),
                      new HttpObjectAggregator(32 << 20),
                      new Http1());
            }
          })
          .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
          .syncUninterruptibly()
          .channel();
    } catch (javax.net.ssl.SSLException e) {
      throw new IllegalStateException(e);
    }
  }

  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  public TestCertificate certificate() {
    return certificate;
  }

  /** TCP connections seen so far. */
  public int connections() {
    return connections.get();
  }

  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    loops.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS);
    workers.shutdownNow();
  }

  private static Request request(
      boolean http2, String method, String uri, Map<String, String> headers, byte[] body) {
    var query = new QueryStringDecoder(uri);
    String path = query.path().replaceFirst("^/+(api2/json/+)?", "");
    return new Request(http2, method, path, query.parameters(), headers, body);
  }

  private static byte[] bytes(ByteBuf buffer) {
    byte[] bytes = new byte[buffer.readableBytes()];
    buffer.getBytes(buffer.readerIndex(), bytes);
    return bytes;
  }

  private final class Http1 extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close(); // a client that does not trust, or went away
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest message) {
      var headers = message.headers().entries().stream()
          .collect(Collectors.toMap(
              e -> e.getKey().toLowerCase(java.util.Locale.ROOT), Map.Entry::getValue));
      var request =
          request(false, message.method().name(), message.uri(), headers, bytes(message.content()));
      workers.execute(() -> {
        var answer = handler.apply(request);
        ctx.executor().execute(() -> answer(ctx, answer, headers.get("upgrade")));
      });
    }

    private void answer(ChannelHandlerContext ctx, Answer answer, String protocol) {
      switch (answer) {
        case Answer.Body body -> {
          var response = new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              HttpResponseStatus.valueOf(body.status()),
              Unpooled.wrappedBuffer(body.bytes()));
          response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.bytes().length);
          ctx.writeAndFlush(response);
        }
        case Answer.Reset reset ->
          ctx.pipeline()
              .context(HttpServerCodec.class)
              .writeAndFlush(Unpooled.copiedBuffer(
                  "HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n"
                      + "x".repeat(reset.bytesBefore()),
                  StandardCharsets.US_ASCII))
              .addListener(ChannelFutureListener.CLOSE);
        case Answer.Close close -> ctx.close();
        case Answer.Silence silence -> {}
        case Answer.Switch s -> {
          // Below the codec, so that the HTTP/2 settings follow at once.
          var codec = ctx.pipeline().context(HttpServerCodec.class);
          codec.write(Unpooled.copiedBuffer(
              "HTTP/1.1 101 Switching Protocols\r\nupgrade: " + protocol + "\r\n\r\n",
              StandardCharsets.US_ASCII));
          var pipeline = ctx.pipeline();
          pipeline.remove(HttpObjectAggregator.class);
          pipeline.remove(this);
          pipeline.remove(HttpServerCodec.class);
          pipeline.addLast(
              Http2FrameCodecBuilder.forServer()
                  .initialSettings(new Http2Settings()
                      .initialWindowSize(32 << 20)
                      .maxFrameSize(4 << 20)
                      .maxConcurrentStreams(maxStreams))
                  .build(),
              new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel stream) {
                  stream.pipeline().addLast(new Http2Stream());
                }
              }));
        }
      }
    }
  }

  private final class Http2Stream extends SimpleChannelInboundHandler<Http2StreamFrame> {
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private Http2HeadersFrame head;

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, Http2StreamFrame frame) {
      boolean end = false;
      if (frame instanceof Http2HeadersFrame h) {
        head = h;
        end = h.isEndStream();
      } else if (frame instanceof Http2DataFrame data) {
        body.writeBytes(bytes(data.content()));
        end = data.isEndStream();
      }
      if (!end) return;
      var headers = StreamSupport.stream(head.headers().spliterator(), false)
          .collect(
              Collectors.toMap(e -> e.getKey().toString(), e -> e.getValue().toString()));
      var request =
          request(true, headers.get(":method"), headers.get(":path"), headers, body.toByteArray());
      workers.execute(() -> {
        var answer = handler.apply(request);
        ctx.executor().execute(() -> answer(ctx, answer));
      });
    }

    private void answer(ChannelHandlerContext ctx, Answer answer) {
      switch (answer) {
        case Answer.Body body -> {
          var headers = new DefaultHttp2Headers().status(Integer.toString(body.status()));
          ctx.write(new DefaultHttp2HeadersFrame(headers));
          ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body.bytes()), true));
        }
        case Answer.Reset reset -> {
          ctx.write(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200")));
          ctx.write(new DefaultHttp2DataFrame(
              Unpooled.wrappedBuffer(new byte[reset.bytesBefore()]), false));
          ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
        }
        case Answer.Close close -> ctx.channel().parent().unsafe().closeForcibly();
        case Answer.Silence silence -> {}
        case Answer.Switch s -> throw new IllegalStateException("switched already");
      }
    }
  }
}
