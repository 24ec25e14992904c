package io.reprise.platform.task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Tells processes apart for good: a process id is used again, its start time is not (config.md §9.1). */
final class ProcessIdentity {
  /** Fields behind the parenthesised command name of {@code /proc/<pid>/stat}: the start time is field 22. */
  private static final int START_TIME = 22 - 3;

  private ProcessIdentity() {}

  /** @return clock ticks since boot when the process began; empty if there is no such process */
  static OptionalLong startOf(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return OptionalLong.of(Long.parseLong(fields[START_TIME]));
    } catch (IOException | RuntimeException gone) {
      return OptionalLong.empty();
    }
  }
}
