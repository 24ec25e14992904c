package io.reprise.datastore;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

/**
 * A snapshot within a namespace: group and time (datastore.md §1.2).
 *
 * @param time seconds since 1970, UTC; 1 … end of year 9999
 */
public record SnapshotId(GroupId group, long time) implements Comparable<SnapshotId> {
  private static final long MAX = 253_402_300_799L;
  private static final Pattern NAME =
      Pattern.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z");
  private static final DateTimeFormatter TEXT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

  public SnapshotId {
    if (time < 1 || time > MAX) {
      throw new InvalidName("backup time", Long.toString(time), "seconds since 1970, at least 1");
    }
  }

  /** @param text {@code type/id/2024-06-05T14:24:36Z} */
  public static SnapshotId parse(String text) {
    int slash = text.lastIndexOf('/');
    if (slash < 0) {
      throw new InvalidName("snapshot", text, "type/id/time, e.g. vm/100/2024-06-05T14:24:36Z");
    }
    return new SnapshotId(
        GroupId.parse(text.substring(0, slash)), parseTime(text.substring(slash + 1)));
  }

  /** True if a directory of that name is a snapshot's. */
  public static boolean isTime(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * Epoch seconds of a directory name. As PBS reads it: days up to 31 in every month and the second 60 are taken and
   * overflow into what follows (datastore.md §1.2).
   */
  public static long parseTime(String name) {
    var m = NAME.matcher(name);
    if (m.matches()) {
      int[] n = new int[6];
      for (int i = 0; i < 6; i++) n[i] = Integer.parseInt(m.group(i + 1));
      if (n[1] >= 1
          && n[1] <= 12
          && n[2] >= 1
          && n[2] <= 31
          && n[3] <= 23
          && n[4] <= 59
          && n[5] <= 60) {
        long day = LocalDate.of(n[0], n[1], 1).toEpochDay() + n[2] - 1;
        return day * 86_400 + n[3] * 3_600L + n[4] * 60L + n[5];
      }
    }
    throw new InvalidName("backup time", name, "a time like 2024-06-05T14:24:36Z");
  }

  /** The directory name, e.g. {@code 2024-06-05T14:24:36Z}. */
  public String timeText() {
    return TEXT.format(Instant.ofEpochSecond(time));
  }

  /** By group, then oldest first. */
  @Override
  public int compareTo(SnapshotId o) {
    int order = group.compareTo(o.group);
    return order == 0 ? Long.compare(time, o.time) : order;
  }

  /** {@code type/id/time}. */
  @Override
  public String toString() {
    return group + "/" + timeText();
  }
}
