package io.reprise.ingest.rest;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.InvalidName;
import io.reprise.platform.access.AccessControl;
import io.reprise.platform.access.Privilege;
import io.reprise.platform.access.Rights;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Proves callers by ticket or token (protocol.md §2.2, §2.3). */
@ApplicationScoped
class SignIn implements Authenticator {
  private final AccessControl access;
  private final AuthLog log;

  SignIn(AccessControl access, AuthLog log) {
    this.access = access;
    this.log = log;
  }

  @Override
  public Caller authenticate(
      @Nullable Peer peer,
      @Nullable String cookie,
      @Nullable String csrf,
      @Nullable String authorization,
      boolean changes)
      throws IOException {
    return caller(
        switch (Credentials.of(cookie, authorization)) {
          case Credentials.Ticket(String ticket) -> byTicket(peer, ticket, csrf, changes);
          case Credentials.Token(String id, String secret) -> byToken(peer, id, secret);
          case Credentials.None() -> throw refused(peer, null, "please log in");
        });
  }

  private AuthId byTicket(
      @Nullable Peer peer, String ticket, @Nullable String csrf, boolean changes)
      throws IOException {
    AuthId user = access.byTicket(ticket);
    if (user == null) throw refused(peer, null, "the ticket is not valid: log in again");
    if (changes && (csrf == null || !access.isCsrfToken(csrf, user))) {
      throw refused(peer, user.toString(), "the CSRF prevention token is missing or not valid");
    }
    return user;
  }

  private AuthId byToken(@Nullable Peer peer, String id, String secret) throws IOException {
    try {
      AuthId token = AuthId.parse(id);
      if (access.isToken(token, secret)) return token;
    } catch (InvalidName malformed) {
      // refused as any other
    }
    throw refused(peer, id, "authentication failed");
  }

  private ApiError refused(@Nullable Peer peer, @Nullable String who, String reason) {
    log.failure(peer, who, reason);
    return new ApiError(401, reason);
  }

  @Override
  public Caller caller(AuthId id) throws IOException {
    return new Known(access.rights(id));
  }

  private record Known(Rights rights) implements Caller {
    @Override
    public AuthId id() {
      return rights.id();
    }

    @Override
    public boolean isSuperuser() {
      return rights.isSuperuser();
    }

    @Override
    public boolean may(String aclPath, Privilege privilege) {
      return rights.has(aclPath, privilege);
    }
  }
}
