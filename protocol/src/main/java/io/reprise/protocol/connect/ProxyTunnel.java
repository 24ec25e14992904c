package io.reprise.protocol.connect;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** Asks an HTTP proxy for a tunnel (RFC 9110 §9.3.6); removes itself when the tunnel stands. */
final class ProxyTunnel extends ByteToMessageDecoder {
  private static final int MAX_HEAD_BYTES = 16_384;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})(?: .*)?");

  private final CompletableFuture<String> head = new CompletableFuture<>();

  private ProxyTunnel() {}

  static void open(Channel channel, HttpProxy proxy, ServerAddress server, int timeoutMillis)
      throws IOException {
    var tunnel = new ProxyTunnel();
    channel.pipeline().addLast(tunnel);
    channel.config().setAutoRead(true);
    channel.writeAndFlush(Unpooled.copiedBuffer(request(proxy, server), StandardCharsets.UTF_8));
    try {
      String head = tunnel.head.get(timeoutMillis, TimeUnit.MILLISECONDS);
      var status = STATUS.matcher(head.lines().findFirst().orElse(""));
      if (!status.matches() || !status.group(1).startsWith("2")) {
        throw new ConnectionLost(
            "proxy "
                + proxy
                + " refuses a tunnel to "
                + server
                + (status.matches() ? ": status " + status.group(1) : ": no HTTP answer")
                + "; check ALL_PROXY",
            null);
      }
    } catch (ExecutionException e) {
      throw new ConnectionLost("proxy " + proxy + " closed the connection", e.getCause());
    } catch (TimeoutException e) {
      throw new ConnectionLost("proxy " + proxy + " does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectionLost("interrupted while connecting", e);
    }
  }

  private static String request(HttpProxy proxy, ServerAddress server) {
    String login = proxy.login();
    return "CONNECT "
        + server
        + " HTTP/1.1\r\nHost: "
        + server
        + "\r\n"
        + (login == null
            ? ""
            : "Proxy-Authorization: Basic "
                + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8))
                + "\r\n")
        + "\r\n";
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    String text = in.toString(StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (end >= 0) {
      in.skipBytes(end + 4);
      ctx.pipeline().remove(this);
      head.complete(text.substring(0, end));
    } else if (in.readableBytes() > MAX_HEAD_BYTES) {
      in.skipBytes(in.readableBytes());
      head.complete("");
      ctx.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) throws Exception {
    head.completeExceptionally(new IOException("closed"));
    super.channelInactive(ctx);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    head.completeExceptionally(cause);
    ctx.close();
  }
}
