package io.reprise.datastore;

/** A name, id or path from outside that does not match its pattern (datastore.md §1.2); never reaches a path. */
public final class InvalidName extends IllegalArgumentException {
  private static final int SHOWN = 80;

  /**
   * @param what the kind of name, e.g. {@code "backup id"}
   * @param text what was given
   * @param expected the rule it breaks, in words
   */
  public InvalidName(String what, String text, String expected) {
    super("invalid " + what + " '" + printable(text) + "': expected " + expected);
  }

  private static String printable(String text) {
    String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    return shown.replaceAll("\\p{Cntrl}", "?");
  }
}
