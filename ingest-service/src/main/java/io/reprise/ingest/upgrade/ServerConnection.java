package io.reprise.ingest.upgrade;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
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
import io.netty.handler.ssl.SslHandler;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.reprise.ingest.memory.MemoryBudget;
import io.reprise.ingest.memory.UploadShare;
import io.reprise.ingest.upgrade.UpgradeRequest.Protocol;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.net.ExtendedSocketOptions;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of an upgraded connection (protocol.md §3.2): HTTP/2 frames below, the calls of one session above. All
 * of it runs on the connection's event loop but where it says otherwise.
 *
 * <p>Flow control: what the connection may send is given back as it arrives, so no stream ever waits for another one's
 * memory. A stream may send its initial window; the rest of a body only once memory for all of it is there.
 */
final class ServerConnection extends Http2ConnectionHandler implements SessionConnection {
  private static final Logger LOG = Logger.getLogger(ServerConnection.class);
  private static final int CONNECTION_WINDOW = 32 << 20;
  private static final int CONNECTION_WINDOW_DEFAULT = 65_535;

  /** A frame is passed on only when it is whole, so this much of each connection is held besides everything else. */
  private static final int MAX_FRAME = 64 << 10;

  private static final int MAX_HEADER_LIST = 64 << 10;

  /** Stream window where bodies are small and nobody asks for memory. */
  private static final int SMALL_WINDOW = 4 << 10;

  /** Streams take turns in steps of this size. */
  private static final int WRITE_BYTES = 256 << 10;

  /** What waits for the socket, encrypted, is at least this much before the next is written; see {@link #writeMuch}. */
  private static final int MIN_WAITING = 32 << 10;

  private static final long CHECK_SECONDS = 10;

  /** Less than this between two checks is no progress. */
  private static final int PROGRESS_BYTES = 4 << 10;

  private static final int PATIENCE_CHECKS = 3;

  // A host that vanished is noticed after 120 s + 4 × 15 s, and its locks are released.
  private static final int KEEPALIVE_IDLE_SECONDS = 120;
  private static final int KEEPALIVE_INTERVAL_SECONDS = 15;
  private static final int KEEPALIVE_PROBES = 4;

  private final SessionResources resources;
  private final StreamSession session;
  private final StreamTable table;
  private final Http2Settings settings;
  private final ControlFrameLimit limit = new ControlFrameLimit();
  private final IntObjectMap<ServerStream> streams = new IntObjectHashMap<>();
  private final InOrder inOrder;
  private final Semaphore answersInPieces = new Semaphore(MemoryBudget.ANSWERS, true);

  /** Calls that run, and one for the connection itself. */
  private final AtomicInteger running = new AtomicInteger(1);

  private @Nullable ChannelHandlerContext context;
  private @Nullable UploadShare share;
  private @Nullable Future<?> checks;
  private volatile @Nullable String failure;
  private long received;
  private int checksWithoutProgress;
  private boolean over;

  private ServerConnection(
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings,
      SessionResources resources,
      StreamSession session) {
    super(decoder, encoder, settings);
    this.settings = settings;
    this.resources = resources;
    this.session = session;
    this.table = new StreamTable(session.endpoints());
    this.inOrder = new InOrder(resources.threads());
  }

  /**
   * Answers 101 and speaks HTTP/2 from then on; bytes that were received already are not lost. On the event loop.
   *
   * @param channel with an HTTP/1.1 codec above TLS
   */
  static void takeOver(
      Channel channel, Protocol protocol, SessionResources resources, StreamSession session) {
    ChannelPipeline pipeline = channel.pipeline();
    String head = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: "
        + protocol.header() + "\r\n\r\n";
    // Below the codec, which would answer in its own way.
    var decoder = pipeline.context(HttpRequestDecoder.class);
    decoder.writeAndFlush(Unpooled.copiedBuffer(head, StandardCharsets.US_ASCII));
    for (String name : pipeline.names()) {
      ChannelHandler handler = pipeline.get(name);
      if (handler == null || handler == decoder.handler() || handler instanceof SslHandler)
        continue;
      pipeline.remove(handler);
    }
    keepAlive(channel);
    writeMuch(channel, resources.memory());
    pipeline.addLast(new Builder(resources, session).build());
    pipeline.remove(decoder.handler()); // passes on what it has not decoded
    channel.config().setAutoRead(true);
  }

  private static void keepAlive(Channel channel) {
    channel
        .config()
        .setOptions(Map.of(
            ChannelOption.SO_KEEPALIVE,
            true,
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE),
            KEEPALIVE_IDLE_SECONDS,
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
            KEEPALIVE_INTERVAL_SECONDS,
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT),
            KEEPALIVE_PROBES));
  }

  /**
   * Much at a time, as far as there is memory for it: fewer frames, fewer calls of the kernel, and less of what is encrypted
   * is copied before.
   */
  private static void writeMuch(Channel channel, MemoryBudget memory) {
    int waiting = Math.max(memory.pieceBytes(), MIN_WAITING);
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(waiting, 2 * waiting));
  }

  private static final class Builder
      extends AbstractHttp2ConnectionHandlerBuilder<ServerConnection, Builder> {
    private final SessionResources resources;
    private final StreamSession session;

    Builder(SessionResources resources, StreamSession session) {
      this.resources = resources;
      this.session = session;
    }

    @Override
    protected ServerConnection build() {
      var connection = new DefaultHttp2Connection(true);
      var distributor = new UniformStreamByteDistributor(connection);
      distributor.minAllocationChunk(WRITE_BYTES);
      connection
          .remote()
          .flowController(new DefaultHttp2RemoteFlowController(connection, distributor));
      connection
          .local()
          .flowController(new DefaultHttp2LocalFlowController(connection, 0.5f, true));
      connection(connection);
      gracefulShutdownTimeoutMillis(0);
      initialSettings(new Http2Settings()
          .maxConcurrentStreams(MemoryBudget.STREAMS)
          .initialWindowSize(SMALL_WINDOW)
          .maxFrameSize(MAX_FRAME)
          .maxHeaderListSize(MAX_HEADER_LIST));
      return super.build();
    }

    @Override
    protected ServerConnection build(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      var connection = new ServerConnection(decoder, encoder, settings, resources, session);
      frameListener(connection.new Listener());
      return connection;
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
    if (table.uploads()) {
      share = resources.memory().openUploads(this::windowChanged);
      settings.initialWindowSize(share.streamWindow());
    }
    context = ctx;
    connection().addListener(new Closings());
    super.handlerAdded(ctx); // sends the settings
    connection()
        .local()
        .flowController()
        .incrementWindowSize(
            connection().connectionStream(), CONNECTION_WINDOW - CONNECTION_WINDOW_DEFAULT);
    ctx.flush();
    checks = ctx.executor()
        .scheduleAtFixedRate(this::check, CHECK_SECONDS, CHECK_SECONDS, TimeUnit.SECONDS);
    session.connected(this);
  }

  /** The number of sessions has changed; any thread. */
  private void windowChanged() {
    var ctx = context;
    if (ctx == null || ctx.executor().isShuttingDown()) return;
    ctx.executor().execute(() -> {
      if (share == null || over) return;
      int window = share.streamWindow();
      encoder().writeSettings(ctx, new Http2Settings().initialWindowSize(window), ctx.newPromise());
      ctx.flush();
    });
  }

  /**
   * Called now and then: a client that sends next to nothing gives up the memory of its bodies if other sessions wait for
   * some. One that sends is left to choose which of its bodies goes on.
   */
  private void check() {
    boolean still = received < PROGRESS_BYTES && share != null && share.othersWait();
    received = 0;
    checksWithoutProgress = still ? checksWithoutProgress + 1 : 0;
    if (checksWithoutProgress < PATIENCE_CHECKS) return;
    for (ServerStream stream : List.copyOf(streams.values())) stream.giveUp();
  }

  // --- for streams
  // ---------------------------------------------------------------------------------------------------

  SessionResources resources() {
    return resources;
  }

  StreamTable table() {
    return table;
  }

  InOrder inOrder() {
    return inOrder;
  }

  /** As many permits as answers may be sent in pieces at once. */
  Semaphore answersInPieces() {
    return answersInPieces;
  }

  /** Null where no call takes raw bodies. */
  @Nullable
  UploadShare share() {
    return share;
  }

  ChannelHandlerContext context() {
    if (context == null) throw new IllegalStateException("not in a pipeline yet");
    return context;
  }

  ByteBufAllocator alloc() {
    return context().alloc();
  }

  /** Runs on the event loop, at once if this is it. */
  void onLoop(Runnable action) {
    var executor = context().executor();
    if (executor.inEventLoop()) action.run();
    else executor.execute(action);
  }

  /** A call begins to run. */
  void begun() {
    running.incrementAndGet();
  }

  /** A call was answered, or the connection is gone. Any thread. */
  void done() {
    if (running.decrementAndGet() == 0) resources.threads().execute(() -> session.ended(failure));
  }

  /** The stream may send so many bytes again. */
  void giveBack(int stream, int bytes) {
    var s = connection().stream(stream);
    if (s == null || bytes == 0) return;
    try {
      connection().local().flowController().consumeBytes(s, bytes);
    } catch (Http2Exception e) {
      onError(context(), false, e);
    }
  }

  /** The stream may send so many bytes more than its initial window. */
  void widen(int stream, int bytes) {
    var s = connection().stream(stream);
    if (s == null) return;
    try {
      connection().local().flowController().incrementWindowSize(s, bytes);
    } catch (Http2Exception e) {
      onError(context(), false, e);
    }
  }

  /** What a stream may send without asking, as far as the client knows. */
  int initialWindow() {
    return connection().local().flowController().initialWindowSize();
  }

  void head(int stream, Http2Headers headers) {
    encoder().writeHeaders(context(), stream, headers, 0, false, context().newPromise());
  }

  /** @param gone run when the bytes are sent, or never will be: told whether they are */
  void data(int stream, ByteBuf bytes, boolean end, java.util.function.Consumer<Boolean> gone) {
    encoder()
        .writeData(context(), stream, bytes, 0, end, context().newPromise())
        .addListener(f -> gone.accept(f.isSuccess()));
  }

  /** Sends what was written, as far as windows and socket take it. */
  void flush() {
    flush(context());
  }

  void reset(int stream, Http2Error error) {
    resetStream(context(), stream, error.code(), context().newPromise());
    flush();
  }

  // --- frames
  // --------------------------------------------------------------------------------------------------------

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
        ChannelHandlerContext ctx, int id, Http2Headers headers, int padding, boolean end) {
      ServerStream known = streams.get(id);
      if (known != null) {
        if (end) known.end(); // trailers say nothing here
        return;
      }
      var stream = new ServerStream(ServerConnection.this, id);
      streams.put(id, stream);
      stream.begin(headers, end);
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext ctx, int id, ByteBuf data, int padding, boolean end) {
      received += data.readableBytes();
      ServerStream stream = streams.get(id);
      if (stream == null) return data.readableBytes() + padding;
      int free = stream.data(data) + padding;
      if (end) stream.end();
      return free;
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings changed)
        throws Http2Exception {
      limit.count();
    }

    @Override
    public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
      limit.count();
    }

    @Override
    public void onPriorityRead(
        ChannelHandlerContext ctx, int id, int dependency, short weight, boolean exclusive)
        throws Http2Exception {
      limit.count();
    }
  }

  /** However a stream ends, what it holds is given back. */
  private final class Closings extends Http2ConnectionAdapter {
    @Override
    public void onStreamClosed(Http2Stream stream) {
      ServerStream closed = streams.remove(stream.id());
      if (closed != null) closed.closed();
    }
  }

  // --- the end
  // -------------------------------------------------------------------------------------------------------

  /** Reads only from who reads: answers of a client that does not would pile up. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
    if (ctx.channel().isWritable()) {
      super.channelReadComplete(ctx);
    } else {
      discardSomeReadBytes();
      flush(ctx);
      ctx.fireChannelReadComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
    super.channelWritabilityChanged(ctx);
    ctx.channel().config().setAutoRead(ctx.channel().isWritable());
  }

  @Override
  public void close() {
    var ctx = context;
    if (ctx == null || ctx.executor().isShuttingDown()) return;
    ctx.executor().execute(() -> ctx.channel().close());
  }

  @Override
  protected void onConnectionError(
      ChannelHandlerContext ctx,
      boolean outbound,
      Throwable cause,
      @Nullable Http2Exception http2) {
    fail("connection error: " + cause.getMessage());
    super.onConnectionError(ctx, outbound, cause, http2);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
    if (cause instanceof Http2Exception || cause.getCause() instanceof Http2Exception) {
      super.exceptionCaught(ctx, cause);
      return;
    }
    fail("connection error: " + cause.getMessage());
    if (!(cause instanceof IOException)) LOG.errorf(cause, "a session's connection failed");
    ctx.close();
  }

  private void fail(String why) {
    if (failure == null) failure = why;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    super.channelInactive(ctx); // closes all streams
    end();
  }

  /** Taken out of the pipeline only with the channel; in case it is not: nothing is kept. */
  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) throws Exception {
    super.handlerRemoved0(ctx);
    end();
  }

  private void end() {
    if (over) return;
    over = true;
    for (ServerStream stream : List.copyOf(streams.values())) stream.closed();
    streams.clear();
    if (checks != null) checks.cancel(false);
    if (share != null) share.close();
    done();
  }
}
