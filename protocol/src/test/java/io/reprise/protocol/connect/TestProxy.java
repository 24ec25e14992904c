package io.reprise.protocol.connect;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** Serves one CONNECT with a fixed answer, and tunnels when that begins with 200. */
public final class TestProxy implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByName("localhost"));
  private final CompletableFuture<String> head = new CompletableFuture<>();
  private final String answer;

  public TestProxy(String answer) throws IOException {
    this.answer = answer;
    Thread.ofVirtual().start(this::serve);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** The request as it came. */
  public String head() {
    return head.join();
  }

  private void serve() {
    try (var client = listener.accept()) {
      var text = new ByteArrayOutputStream();
      while (!text.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
        text.write(client.getInputStream().read());
      }
      head.complete(text.toString(StandardCharsets.US_ASCII));
      client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
      if (!answer.contains(" 200 ")) return;
      int port = Integer.parseInt(head().split("[: ]")[2]);
      try (var target = new Socket("localhost", port)) {
        Thread.ofVirtual().start(() -> copy(target, client));
        copy(client, target);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Socket from, Socket to) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      // one side is gone: the tunnel ends
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
