package io.reprise.cli.fault;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;

/**
 * A process with many connections on which nothing is said after the handshake, and some on which a request comes byte by
 * byte: says "connected", and "slow ones closed" when the server has closed the latter. Ends with its input.
 */
final class IdleClients {
  private static final int RECORDS = 64 << 10;
  private static final long BETWEEN_MILLIS = 1_000;

  private final SSLContext context;
  private final InetSocketAddress server;
  private final ByteBuffer in = ByteBuffer.allocate(RECORDS);
  private final ByteBuffer out = ByteBuffer.allocate(RECORDS);
  private final ByteBuffer plain = ByteBuffer.allocate(RECORDS);

  private IdleClients(int port) throws Exception {
    context = SSLContext.getInstance("TLS");
    context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** Arguments: port, silent connections, slow ones. */
  public static void main(String[] arguments) throws Exception {
    var clients = new IdleClients(Integer.parseInt(arguments[0]));
    var open = new ArrayList<SocketChannel>(); // or they would be collected
    for (int i = Integer.parseInt(arguments[1]); i > 0; i--) {
      open.add(clients.connect().channel); // what TLS remembers is dropped
    }
    var slow = new ArrayList<Connection>();
    for (int i = Integer.parseInt(arguments[2]); i > 0; i--) slow.add(clients.connect());
    System.out.println("connected");
    byte[] next = "GET /api2/json/version HTTP/1.1\r\nX: ".getBytes(StandardCharsets.US_ASCII);
    while (!slow.isEmpty()) {
      clients.send(slow, next);
      next = new byte[] {'x'};
      Thread.sleep(BETWEEN_MILLIS);
    }
    System.out.println("slow ones closed");
    while (System.in.read() >= 0) {}
    System.exit(open.size() > 0 ? 0 : 1);
  }

  private record Connection(SocketChannel channel, SSLEngine engine) {}

  private void send(List<Connection> to, byte[] bytes) {
    to.removeIf(connection -> {
      try {
        out.clear();
        connection.engine.wrap(ByteBuffer.wrap(bytes), out);
        flush(connection.channel);
        return false;
      } catch (IOException closed) {
        return true;
      }
    });
  }

  private Connection connect() throws IOException {
    var channel = SocketChannel.open(server);
    SSLEngine engine = context.createSSLEngine("localhost", server.getPort());
    engine.setUseClientMode(true);
    engine.beginHandshake();
    in.clear().flip();
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> engine.getDelegatedTask().run();
        case NEED_WRAP -> {
          out.clear();
          engine.wrap(ByteBuffer.allocate(0), out);
          flush(channel);
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> unwrap(channel, engine);
        case FINISHED, NOT_HANDSHAKING -> {
          return new Connection(channel, engine);
        }
      }
    }
  }

  private void unwrap(SocketChannel channel, SSLEngine engine) throws IOException {
    plain.clear();
    SSLEngineResult result = engine.unwrap(in, plain);
    if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
      in.compact();
      if (channel.read(in) < 0) throw new EOFException("the server closed in a handshake");
      in.flip();
    }
  }

  private void flush(SocketChannel channel) throws IOException {
    out.flip();
    while (out.hasRemaining()) channel.write(out);
  }
}
