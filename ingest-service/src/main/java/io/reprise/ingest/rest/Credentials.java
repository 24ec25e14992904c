package io.reprise.ingest.rest;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a request brings to prove who sent it (protocol.md §1.6, §2.2, §2.3). */
sealed interface Credentials {
  /** @param ticket percent-decoded */
  record Ticket(String ticket) implements Credentials {}

  /** @param secret percent-decoded */
  record Token(String id, String secret) implements Credentials {}

  record None() implements Credentials {}

  /** The ticket of the cookie, else the token of the {@code Authorization} header: the cookie wins. */
  static Credentials of(@Nullable String cookie, @Nullable String authorization) {
    String ticket = cookie == null ? null : ticketIn(cookie);
    if (ticket != null) return new Ticket(ticket);
    Token token = authorization == null ? null : tokenIn(authorization);
    return token == null ? new None() : token;
  }

  /** PVE sends attributes of a Set-Cookie along; unknown pairs and words without {@code =} are passed over. */
  private static @Nullable String ticketIn(String cookie) {
    for (String pair : cookie.split(";")) {
      String stripped = pair.strip();
      if (stripped.startsWith("PBSAuthCookie=")) {
        String ticket = stripped.substring("PBSAuthCookie=".length());
        String decoded = decoded(ticket);
        return decoded == null ? ticket : decoded; // what is no ticket does not let a token pass
      }
    }
    return null;
  }

  /** {@code PBSAPIToken=id:secret} and {@code PBSAPIToken id:secret}. */
  private static @Nullable Token tokenIn(String authorization) {
    String text = authorization.strip();
    if (!text.startsWith("PBSAPIToken=") && !text.startsWith("PBSAPIToken ")) return null;
    String token = text.substring("PBSAPIToken=".length()).strip();
    int colon = token.indexOf(':');
    if (colon < 0) return null;
    String id = decoded(token.substring(0, colon));
    String secret = decoded(token.substring(colon + 1));
    return id == null || secret == null ? null : new Token(id, secret);
  }

  private static @Nullable String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException broken) {
      return null;
    }
  }
}
