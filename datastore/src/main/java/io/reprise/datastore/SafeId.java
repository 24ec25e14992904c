package io.reprise.datastore;

import java.util.regex.Pattern;

/** The identifier pattern that PBS uses for ids, names and realms (datastore.md §1.2). */
public final class SafeId {
  private static final Pattern PATTERN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._\\-]*");
  private static final int FILE_NAME_BYTES = 255;

  private SafeId() {}

  public static boolean matches(String text) {
    return text.length() <= FILE_NAME_BYTES && PATTERN.matcher(text).matches();
  }

  /**
   * @return the text itself
   * @throws InvalidName if it is no safe identifier, or its length is outside {@code min…max} characters
   */
  public static String check(String what, String text, int min, int max) {
    if (!matches(text) || text.length() < min || text.length() > max) {
      throw new InvalidName(
          what,
          text,
          min + " to " + max + " letters, digits, '.', '_' or '-', not beginning with '.' or '-'");
    }
    return text;
  }
}
