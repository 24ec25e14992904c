package io.reprise.protocol.rest;

import io.reprise.datastore.AuthId;

/** How to prove who calls (protocol.md §2.2, §2.3). The text forms never show a secret. */
public sealed interface Credentials {
  AuthId id();

  /**
   * A user's login by ticket.
   *
   * @param password or a ticket of the same user, e.g. from the cache of cli.md §1.3
   */
  record Password(AuthId id, String password) implements Credentials {
    public Password {
      if (id.isToken()) throw new IllegalArgumentException(id + " is a token: it has a secret");
    }

    @Override
    public String toString() {
      return id.toString();
    }
  }

  /** An API token: sent with every request, no login. */
  record Token(AuthId id, String secret) implements Credentials {
    public Token {
      if (!id.isToken()) throw new IllegalArgumentException(id + " is no API token");
    }

    @Override
    public String toString() {
      return id.toString();
    }
  }

  /** Password or token, as the id demands. */
  static Credentials of(AuthId id, String secret) {
    return id.isToken() ? new Token(id, secret) : new Password(id, secret);
  }
}
