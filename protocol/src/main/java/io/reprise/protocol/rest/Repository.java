package io.reprise.protocol.rest;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.SafeId;
import io.reprise.protocol.connect.ServerAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A datastore on a server: {@code [[authid@]host[:port]:]store} (cli.md §1.1).
 *
 * @param authId null if not given: {@code root@pam}
 * @param host as given, an IPv6 address in brackets; null if not given: {@code localhost}
 * @param port null if not given: 8007
 */
public record Repository(
    @Nullable AuthId authId,
    @Nullable String host,
    @Nullable Integer port,
    String store) {
  private static final int MAX_LENGTH = 256;
  private static final String EXPECTED = "[[user@realm[!token]@]host[:port]:]datastore";
  private static final Pattern TEXT =
      Pattern.compile("(?:(?:(.+)@)?(\\[[^]]*]|[^:@\\[\\]]+)(?::([0-9]{1,5}))?:)?([^:@]+)");

  public Repository {
    SafeId.check("datastore", store, 1, 255);
    if (host == null && (authId != null || port != null)) {
      throw new InvalidName("repository", store, "a host beside user or port");
    }
    if (host != null) {
      new ServerAddress(host, port == null ? ServerAddress.DEFAULT_PORT : port); // checks both
    }
  }

  /** @throws InvalidName if the text is no repository */
  public static Repository parse(String text) {
    var m = TEXT.matcher(text);
    if (text.length() > MAX_LENGTH || !m.matches()) {
      throw new InvalidName("repository", text, EXPECTED);
    }
    return new Repository(
        m.group(1) == null ? null : AuthId.parse(m.group(1)),
        m.group(2),
        m.group(3) == null ? null : Integer.valueOf(m.group(3)),
        m.group(4));
  }

  /** Who logs in: the id given, or {@code root@pam}. */
  public AuthId login() {
    return authId == null ? new AuthId("root", "pam", null) : authId;
  }

  /** Where to: what was given, with {@code localhost} and 8007 filled in. */
  public ServerAddress server() {
    return new ServerAddress(
        host == null ? "localhost" : host, port == null ? ServerAddress.DEFAULT_PORT : port);
  }

  /** With an id always complete, {@code authid@host:port:store}; else as given. */
  @Override
  public String toString() {
    if (authId != null) return authId + "@" + server() + ":" + store;
    return (host == null ? "" : host + ":") + (port == null ? "" : port + ":") + store;
  }
}
