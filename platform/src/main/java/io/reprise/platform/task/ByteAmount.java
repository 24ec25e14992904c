package io.reprise.platform.task;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Amounts of bytes as task logs show them (config.md §8): the largest 1024-based unit, at most three decimals. */
public final class ByteAmount {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private ByteAmount() {}

  /** {@code 0 B}, {@code 1022 B}, {@code 8.789 KiB}, {@code 1 GiB}. */
  public static String of(long bytes) {
    int unit = bytes < 1024 ? 0 : (63 - Long.numberOfLeadingZeros(bytes)) / 10;
    BigDecimal value = new BigDecimal(bytes)
        .divide(new BigDecimal(1L << (10 * unit)))
        .setScale(3, RoundingMode.HALF_UP)
        .stripTrailingZeros();
    return value.toPlainString() + " " + UNITS[unit];
  }
}
