package io.reprise.cli.output;

import io.reprise.cli.terminal.Progress;
import io.reprise.datastore.ByteAmount;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Sizes, times and foreign text as users of PBS read them (cli.md §3.2). */
public final class Show {
  private static final DateTimeFormatter C_LOCALE =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss uuuu", Locale.ENGLISH);

  /** For {@code terminal.Progress}. */
  public static final Progress.Units UNITS_OF_PROGRESS = new Progress.Units() {
    @Override
    public String bytes(double count) {
      return size(count, 1);
    }

    @Override
    public String seconds(long count) {
      return duration(count);
    }
  };

  private Show() {}

  /** Binary units, up to three decimals, trailing zeros cut: {@code 1.5 GiB}, {@code 4 KiB}, {@code 511 B}. */
  public static String size(long bytes) {
    return size(bytes, 3);
  }

  /** @param decimals the most decimals shown */
  public static String size(double bytes, int decimals) {
    return ByteAmount.of(bytes, decimals);
  }

  /** As C's asctime: {@code Wed Jun  5 16:24:36 2024}. */
  public static String time(long epochSeconds, ZoneId zone) {
    return C_LOCALE.format(Instant.ofEpochSecond(epochSeconds).atZone(zone));
  }

  /** Seconds as {@code 1h 02m 03s}, leaving out what is zero in front. */
  public static String duration(long seconds) {
    if (seconds < 60) return seconds + "s";
    if (seconds < 3600) return String.format(Locale.ROOT, "%dm %02ds", seconds / 60, seconds % 60);
    return String.format(
        Locale.ROOT, "%dh %02dm %02ds", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}
