package io.reprise.protocol.connect;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * Opens trusted TLS connections to one server; what was decided about its certificate holds for all of them. TLS is
 * netty-tcnative's where it loads (2 to 4 times the rate), else the JDK's.
 */
public final class Connector {
  private static final int CONNECT_MILLIS = 10_000;
  private static final int KEEPALIVE_SECONDS = 120;

  private final ServerAddress server;
  private final @Nullable HttpProxy proxy;
  private final SslProvider provider;
  private final ServerTrust trust;
  private final @Nullable RateLimit limit;
  private @Nullable SslContext tls;

  /** Threads and memory of all connections; made when the first is opened. */
  private static final class Shared {
    static final EventLoopGroup LOOPS =
        new NioEventLoopGroup(0, new DefaultThreadFactory("reprise-net", true));

    /** Pools buffers up to 16 MiB: with Netty's default of 4 MiB every chunk would be mapped anew. */
    static final ByteBufAllocator BUFFERS = new PooledByteBufAllocator(
        true, 1, Math.max(2, Runtime.getRuntime().availableProcessors()), 8192, 11);
  }

  /**
   * @param expected fingerprint of the server's certificate; null: only certificate authorities and {@code decision} count
   * @param decision asked when neither vouches for the server
   * @param proxy null to connect directly
   */
  public Connector(
      ServerAddress server,
      @Nullable CertificateFingerprint expected,
      TrustDecision decision,
      @Nullable HttpProxy proxy) {
    this(server, expected, decision, proxy, null);
  }

  /** @param limit holds each connection to a rate; null: as fast as it can be */
  public Connector(
      ServerAddress server,
      @Nullable CertificateFingerprint expected,
      TrustDecision decision,
      @Nullable HttpProxy proxy,
      @Nullable RateLimit limit) {
    this(server, expected, decision, proxy, limit, fastest());
  }

  Connector(
      ServerAddress server,
      @Nullable CertificateFingerprint expected,
      TrustDecision decision,
      @Nullable HttpProxy proxy,
      @Nullable RateLimit limit,
      SslProvider provider) {
    this.server = server;
    this.proxy = proxy;
    this.limit = limit;
    this.provider = provider;
    this.trust = new ServerTrust(server.host(), expected, decision);
  }

  public ServerAddress server() {
    return server;
  }

  /**
   * Opens a connection; the server's certificate has been accepted when this returns. The caller adds its handlers behind
   * the TLS handler: the server never speaks first.
   *
   * @throws ConnectionLost if the server cannot be reached or is not trusted
   */
  public Channel connect() throws IOException {
    try {
      return inTime();
    } catch (ConnectionLost e) {
      var presented = notTrusted(e);
      if (presented == null) throw e;
      if (trust.decide(presented)) return attempt();
      throw new ConnectionLost(
          "certificate validation failed - "
              + server.host()
              + " shows a certificate with fingerprint "
              + presented
              + ", which nobody vouches for: compare it with the server's own, then expect that fingerprint",
          e);
    }
  }

  /**
   * A PBS takes a connection that is silent for a moment after it was opened for plain HTTP: a first one, whose classes are
   * still being loaded on a busy machine, gets a second chance.
   */
  private Channel inTime() throws IOException {
    try {
      return attempt();
    } catch (ConnectionLost e) {
      if (!(rootOf(e) instanceof NotSslRecordException)) throw e;
      return attempt();
    }
  }

  private Channel attempt() throws IOException {
    context(); // takes its time, and is not to take it between connecting and speaking
    Channel channel = open(proxy == null ? server : proxy.address());
    try {
      if (limit != null) throttle(channel, limit);
      if (proxy != null) ProxyTunnel.open(channel, proxy, server, CONNECT_MILLIS);
      encrypt(channel);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Small reads, so that what one of them takes beyond the limit is little. */
  private static void throttle(Channel channel, RateLimit limit) {
    channel
        .config()
        .setRecvByteBufAllocator(
            new AdaptiveRecvByteBufAllocator(1_024, 16_384, 65_536).maxMessagesPerRead(1));
    channel.pipeline().addFirst(new Throttle(limit));
  }

  /** Tries the addresses of the host one after the other: {@code localhost} has two, often only one listens. */
  private static Channel open(ServerAddress address) throws IOException {
    InetAddress[] candidates;
    try {
      candidates = InetAddress.getAllByName(address.bareHost());
    } catch (UnknownHostException e) {
      throw new ConnectionLost(
          "host '" + address.host() + "' is not known: check its name and the resolver", e);
    }
    ChannelFuture connected = null;
    for (var candidate : candidates) {
      connected = bootstrap()
          .connect(new InetSocketAddress(candidate, address.port()))
          .awaitUninterruptibly();
      if (connected.isSuccess()) return connected.channel();
    }
    Throwable cause = connected == null ? null : connected.cause();
    throw new ConnectionLost(
        "cannot connect to " + address + (cause == null ? "" : ": " + cause.getMessage()), cause);
  }

  private static Bootstrap bootstrap() {
    return new Bootstrap()
        .group(Shared.LOOPS)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.ALLOCATOR, Shared.BUFFERS)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        .option(ChannelOption.AUTO_READ, false) // until there is a handler for what comes
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .option(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), KEEPALIVE_SECONDS)
        .option(
            ChannelOption.RCVBUF_ALLOCATOR,
            new AdaptiveRecvByteBufAllocator(2_048, 65_536, 1 << 20))
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(1 << 20, 4 << 20))
        .handler(new ChannelInboundHandlerAdapter());
  }

  private void encrypt(Channel channel) throws IOException {
    SslHandler handler = context().newHandler(channel.alloc(), server.bareHost(), server.port());
    handler.setHandshakeTimeoutMillis(CONNECT_MILLIS);
    var parameters = handler.engine().getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm(
        "HTTPS"); // the host's name counts, not only the chain
    handler.engine().setSSLParameters(parameters);
    var failures = new ReportedElsewhere();
    channel.pipeline().addLast(handler, failures);
    channel.config().setAutoRead(true);
    if (!channel.isActive()) throw new ConnectionLost(server + " closed the connection", null);
    Future<Channel> done = handler.handshakeFuture().awaitUninterruptibly();
    if (!done.isSuccess()) {
      throw new ConnectionLost(
          "no trusted TLS connection to " + server + ": " + rootOf(done.cause()).getMessage(),
          done.cause());
    }
    channel.pipeline().remove(failures);
  }

  /** Keeps Netty from logging what {@link #encrypt} throws. */
  private static final class ReportedElsewhere extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {}
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) root = root.getCause();
    return root;
  }

  private synchronized SslContext context() throws SSLException {
    if (tls == null) {
      tls = SslContextBuilder.forClient()
          .sslProvider(provider)
          .trustManager(trust)
          .build();
    }
    return tls;
  }

  private static SslProvider fastest() {
    try {
      return OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
    } catch (LinkageError e) {
      return SslProvider.JDK; // the classes are there, the library does not fit this system
    }
  }

  private static @Nullable CertificateFingerprint notTrusted(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof ServerTrust.NotTrusted e) return e.presented();
    }
    return null;
  }
}
