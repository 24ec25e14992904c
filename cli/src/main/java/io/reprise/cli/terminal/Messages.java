package io.reprise.cli.terminal;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * Messages for the user on stderr: plain lines without level, time or colour (cli.md §3.1), chosen by {@code PBS_LOG}.
 * Below them one line may be rewritten in place, the progress bar.
 */
public final class Messages {
  /** What {@code PBS_LOG} names; each shows itself and what stands before it. */
  public enum Level {
    OFF,
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  private static final String ERASE = "\r\u001b[K";
  private final PrintStream err;
  private final Level level;
  private @Nullable String transientLine;

  public Messages(PrintStream err, Level level) {
    this.err = err;
    this.level = level;
  }

  /** An unknown or missing value means info, as PBS's client takes it. */
  static Level level(@Nullable String value) {
    for (Level level : Level.values()) {
      if (level.name().equalsIgnoreCase(value)) return level;
    }
    return Level.INFO;
  }

  public void error(String text) {
    if (level.compareTo(Level.ERROR) >= 0) line("Error: " + text);
  }

  public void warn(String text) {
    if (level.compareTo(Level.WARN) >= 0) line(text);
  }

  public void info(String text) {
    if (level.compareTo(Level.INFO) >= 0) line(text);
  }

  public void debug(String text) {
    if (level.compareTo(Level.DEBUG) >= 0) line(text);
  }

  /** Where a failure came from; shown from debug on. */
  public synchronized void trace(Throwable failure) {
    if (level.compareTo(Level.DEBUG) >= 0) failure.printStackTrace(err);
  }

  /** Usage after an error; shown whatever the level. */
  public void usage(String text) {
    line(text);
  }

  /** Replaces the line below the messages; null takes it away. Only for terminals. */
  public synchronized void rewrite(@Nullable String text) {
    if (text == null && transientLine == null) return;
    err.print(ERASE + (text == null ? "" : text));
    err.flush();
    transientLine = text;
  }

  private synchronized void line(String text) {
    if (transientLine != null) err.print(ERASE);
    err.println(printable(text));
    if (transientLine != null) err.print(transientLine);
    err.flush();
  }

  /** Text from elsewhere without control characters, which could steer the terminal; line ends and tabs stay. */
  public static String printable(String text) {
    return text.chars().noneMatch(Messages::steers)
        ? text
        : text.codePoints()
            .map(c -> steers(c) ? '?' : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
  }

  private static boolean steers(int c) {
    return Character.isISOControl(c) && c != '\n' && c != '\t';
  }
}
