package io.reprise.platform.task;

/**
 * How a task ended (protocol.md §6.4).
 *
 * @param time epoch seconds
 * @param status {@code OK}, {@code WARNINGS: n}, {@code unknown}, or the error's text
 */
public record TaskEnd(long time, String status) {
  static final String UNKNOWN = "unknown";

  public TaskEnd {
    // A line break would end the list's line, and a line without a status would be none.
    status = status.replaceAll("\\p{Cntrl}", " ").strip();
    if (status.isEmpty()) status = UNKNOWN;
  }

  /** PBS's four kinds, as its filter names them. */
  public Kind kind() {
    if (status.equals("OK")) return Kind.OK;
    if (status.startsWith("WARNINGS")) return Kind.WARNING;
    return status.equals(UNKNOWN) ? Kind.UNKNOWN : Kind.ERROR;
  }

  /** What a list can be filtered by. */
  public enum Kind {
    OK,
    WARNING,
    ERROR,
    UNKNOWN
  }
}
