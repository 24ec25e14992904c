package io.reprise.datastore;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A user ({@code user@realm}) or one of its API tokens ({@code user@realm!token}): who owns a backup group and who calls
 * (datastore.md §1.2, protocol.md §2.1).
 */
public record AuthId(String user, String realm, @Nullable String token) {
  private static final Pattern USER = Pattern.compile("[^\\p{IsWhite_Space}:/\\p{Cntrl}]+");
  private static final int MIN = 3;
  private static final int MAX = 64;

  public AuthId {
    String text = text(user, realm, token);
    if (!USER.matcher(user).matches()
        || !SafeId.matches(realm)
        || (token != null && !SafeId.matches(token))
        || text.length() < MIN
        || text.length() > MAX) {
      throw new InvalidName(
          "user or token", text, "user@realm or user@realm!token, 3 to 64 characters");
    }
  }

  /** @throws InvalidName if the text is neither a user nor a token id */
  public static AuthId parse(String text) {
    int at = text.lastIndexOf('@');
    if (at < 0) {
      throw new InvalidName("user or token", text, "user@realm or user@realm!token");
    }
    String realm = text.substring(at + 1);
    int bang = realm.indexOf('!');
    return bang < 0
        ? new AuthId(text.substring(0, at), realm, null)
        : new AuthId(text.substring(0, at), realm.substring(0, bang), realm.substring(bang + 1));
  }

  public boolean isToken() {
    return token != null;
  }

  /** The user itself, or the user that a token belongs to. */
  public AuthId owner() {
    return token == null ? this : new AuthId(user, realm, null);
  }

  /** PBS's ownership rule (datastore.md §1.4): the same id, or a token's group seen by the token's user. */
  public boolean owns(AuthId groupOwner) {
    return equals(groupOwner) || (groupOwner.isToken() && equals(groupOwner.owner()));
  }

  @Override
  public String toString() {
    return text(user, realm, token);
  }

  private static String text(String user, String realm, @Nullable String token) {
    return user + "@" + realm + (token == null ? "" : "!" + token);
  }
}
