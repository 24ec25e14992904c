package io.reprise.cli.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** A line to a server that counts what goes there, breaks after so many bytes, and can stand still on the way back. */
public final class Line implements AutoCloseable {
  private final ServerSocket listener;
  private final int to;
  private final long breaksAfter;
  private final AtomicLong sent = new AtomicLong();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean still;

  public Line(int to, long breaksAfter) throws IOException {
    this.to = to;
    this.breaksAfter = breaksAfter;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Bytes that went to the server, on all connections. */
  public long sent() {
    return sent.get();
  }

  /** From now on nothing is taken from the server, as by clients that stop reading. */
  public void standStill() {
    still = true;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        open.add(client);
        Socket server = new Socket(InetAddress.getLoopbackAddress(), to);
        Thread.startVirtualThread(() -> relay(client, server, true));
        Thread.startVirtualThread(() -> relay(server, client, false));
      }
    } catch (IOException closed) {
      // the end
    }
  }

  private void relay(Socket from, Socket into, boolean counted) {
    try (from;
        into) {
      byte[] buffer = new byte[1 << 16];
      for (int n = from.getInputStream().read(buffer);
          n >= 0;
          n = from.getInputStream().read(buffer)) {
        if (counted && sent.addAndGet(n) > breaksAfter) return;
        if (!counted && still) ended.await();
        into.getOutputStream().write(buffer, 0, n);
      }
    } catch (IOException | InterruptedException gone) {
      // either end went away
    }
  }

  /** It breaks, for all that use it. */
  @Override
  public void close() throws IOException {
    listener.close();
    ended.countDown();
    for (Socket client : open) client.close();
  }
}
