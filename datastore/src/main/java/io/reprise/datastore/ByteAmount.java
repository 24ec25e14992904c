package io.reprise.datastore;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Amounts of bytes as task logs and tables show them (config.md §8, cli.md §3.2): the largest 1024-based unit. */
public final class ByteAmount {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private ByteAmount() {}

  /** At most three decimals: {@code 0 B}, {@code 1022 B}, {@code 8.789 KiB}, {@code 1 GiB}. */
  public static String of(long bytes) {
    return of(bytes, 3);
  }

  /** @param decimals the most that are shown; zeros at the end are cut */
  public static String of(double bytes, int decimals) {
    int unit = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.getExponent(bytes) / 10);
    BigDecimal value = new BigDecimal(bytes)
        .divide(new BigDecimal(1L << (10 * unit)))
        .setScale(decimals, RoundingMode.HALF_UP)
        .stripTrailingZeros();
    return value.toPlainString() + " " + UNITS[unit];
  }
}
