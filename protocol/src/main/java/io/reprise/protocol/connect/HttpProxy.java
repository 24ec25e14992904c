package io.reprise.protocol.connect;

import io.reprise.datastore.InvalidName;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy that tunnels connections by CONNECT (cli.md §1.2).
 *
 * @param login {@code user:password}, null without
 */
public record HttpProxy(ServerAddress address, @Nullable String login) {
  private static final int DEFAULT_PORT = 1080;
  private static final Pattern TEXT =
      Pattern.compile("(?:http://)?(?:([^/]*)@)?(\\[[^]]+]|[^:@/]+)(?::([0-9]{1,5}))?/?");

  /**
   * @param text value of {@code ALL_PROXY}: {@code [http://][user:password@]host[:port]}
   * @return null if the text is null or empty: no proxy
   */
  public static @Nullable HttpProxy parse(@Nullable String text) {
    if (text == null || text.isEmpty()) return null;
    var m = TEXT.matcher(text);
    if (!m.matches()) {
      // The text may hold a password: it is not repeated.
      throw new InvalidName("ALL_PROXY", "…", "[http://][user:password@]host[:port]");
    }
    int port = m.group(3) == null ? DEFAULT_PORT : Integer.parseInt(m.group(3));
    return new HttpProxy(new ServerAddress(m.group(2), port), m.group(1));
  }

  /** Host and port; never the login. */
  @Override
  public String toString() {
    return address.toString();
  }
}
