package io.reprise.ingest.rest;

import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection.
 *
 * @param address as PBS writes it, IPv4 as {@code ::ffff:10.0.0.1}
 */
public record Peer(String address, int port) {
  /** @return null if it is unknown */
  static @Nullable Peer of(@Nullable SocketAddress remote) {
    if (remote == null || remote.hostAddress() == null) return null;
    String host = remote.hostAddress();
    return new Peer(host.indexOf(':') < 0 ? "::ffff:" + host : host, remote.port());
  }

  /** {@code [address]:port} */
  @Override
  public String toString() {
    return "[" + address + "]:" + port;
  }
}
