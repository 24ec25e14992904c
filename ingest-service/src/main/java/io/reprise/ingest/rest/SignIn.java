package io.reprise.ingest.rest;

import io.reprise.datastore.AuthId;
import io.reprise.platform.access.Privilege;
import jakarta.enterprise.context.ApplicationScoped;
import org.jspecify.annotations.Nullable;

/** Proves callers by ticket or token. */
@ApplicationScoped
class SignIn implements Authenticator {
  @Override
  public Caller authenticate(
      @Nullable String cookie,
      @Nullable String csrf,
      @Nullable String authorization,
      boolean changes) {
    throw switch (Credentials.of(cookie, authorization)) {
      case Credentials.Ticket t -> new ApiError(401, "the ticket is not valid: log in again");
      case Credentials.Token t -> new ApiError(401, "authentication failed");
      case Credentials.None n -> new ApiError(401, "please log in");
    };
  }

  @Override
  public Caller caller(AuthId id) {
    return new Caller() {
      @Override
      public AuthId id() {
        return id;
      }

      @Override
      public boolean isSuperuser() {
        return false;
      }

      @Override
      public boolean may(String aclPath, Privilege privilege) {
        return false;
      }
    };
  }
}
