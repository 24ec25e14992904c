package io.reprise.platform.task;

import io.reprise.datastore.InvalidName;
import org.jspecify.annotations.Nullable;

/**
 * A line of a task list (config.md §7.2).
 *
 * @param end null while it runs
 */
public record TaskEntry(Upid upid, @Nullable TaskEnd end) {
  /** @return null if the line is none: then it is passed over, as PBS does */
  static @Nullable TaskEntry parse(String line) {
    String[] parts = line.strip().split(" ", 3);
    try {
      Upid upid = Upid.parse(parts[0]);
      if (parts.length == 1) return new TaskEntry(upid, null);
      if (parts.length == 2) return null;
      long time = Long.parseLong(parts[1], 16);
      return time < 0 ? null : new TaskEntry(upid, new TaskEnd(time, parts[2]));
    } catch (InvalidName | NumberFormatException broken) {
      return null;
    }
  }

  String line() {
    return end == null ? upid.toString() : "%s %08X %s".formatted(upid, end.time(), end.status());
  }
}
