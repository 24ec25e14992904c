package io.reprise.protocol.connect;

import io.reprise.datastore.InvalidName;
import java.util.regex.Pattern;

/**
 * Where a server listens.
 *
 * @param host DNS name, IPv4 address, or IPv6 address in brackets
 * @param port 1 … 65535
 */
public record ServerAddress(String host, int port) {
  public static final int DEFAULT_PORT = 8007;
  private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?";
  private static final Pattern HOST =
      Pattern.compile("\\[[0-9A-Fa-f:.]+]|" + LABEL + "(?:\\." + LABEL + ")*\\.?");

  public ServerAddress {
    if (host.length() > 255 || !HOST.matcher(host).matches()) {
      throw new InvalidName("host", host, "a DNS name, an IPv4 address or [an IPv6 address]");
    }
    if (port < 1 || port > 65_535) {
      throw new InvalidName("port", Integer.toString(port), "1 to 65535");
    }
  }

  /** The host as the resolver wants it: without brackets. */
  String bareHost() {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** {@code host:port}. */
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
