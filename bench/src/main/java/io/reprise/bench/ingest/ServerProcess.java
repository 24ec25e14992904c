package io.reprise.bench.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the server's processes cost, as the kernel counts it (proc(5)). */
public record ServerProcess(List<Long> pids) {
  /** Of a second: USER_HZ, the same on every Linux that Java runs on. */
  private static final double TICKS = 100;

  private static final int UTIME = 11; // fields behind the command, which may hold blanks
  private static final int STIME = 12;
  private static final long KIB = 1_024;

  /** Seconds that they computed so far. */
  public double cpuSeconds() throws IOException {
    long ticks = 0;
    for (long pid : pids) {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      ticks += Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME]);
    }
    return ticks / TICKS;
  }

  /** The most bytes that they had in memory at once since their start. */
  public long peakBytes() throws IOException {
    long sum = 0;
    for (long pid : pids) {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmHWM:")) sum += Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB;
      }
    }
    return sum;
  }
}
