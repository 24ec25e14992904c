package io.reprise.cli.remote;

import io.reprise.cli.command.CommandFailed;
import io.reprise.protocol.connect.RateLimit;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --rate}, {@code --burst} (cli.md §2.3): bytes, also as {@code 10MB} or {@code 10MiB}. */
public final class RateOptions {
  private static final long LEAST_RATE = 100_000;
  private static final long LEAST_BURST = 1_000;
  private static final Pattern SIZE =
      Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,9})?) ?(?:([KMGT])(i?))?B?");

  @Option(
      names = "--rate",
      paramLabel = "<rate>",
      description = "most bytes per second in each direction, e.g. 10MiB (at least 100000)")
  private @Nullable String rate;

  @Option(
      names = "--burst",
      paramLabel = "<bytes>",
      description = "what may go at once after a pause (default: as many bytes as --rate)")
  private @Nullable String burst;

  /** For commands that want to know before anything else. */
  public void check() throws CommandFailed {
    limit();
  }

  /** @return null without {@code --rate} */
  @Nullable
  RateLimit limit() throws CommandFailed {
    if (rate == null) {
      if (burst != null) throw new CommandFailed("--burst is of use only with --rate");
      return null;
    }
    long perSecond = bytes("--rate", rate, LEAST_RATE);
    return new RateLimit(
        perSecond, burst == null ? perSecond : bytes("--burst", burst, LEAST_BURST));
  }

  /**
   * A number of bytes: {@code 100000}, {@code 1.5MiB}, {@code 10MB}.
   *
   * @param option for the message
   */
  public static long bytes(String option, String text, long least) throws CommandFailed {
    var m = SIZE.matcher(text.strip());
    if (!m.matches()) {
      throw new CommandFailed(
          option + ": '" + text + "' is no size: use bytes, or e.g. 10MB, 10MiB");
    }
    var value = new BigDecimal(m.group(1));
    if (m.group(2) != null) {
      int power = "KMGT".indexOf(m.group(2).toUpperCase(Locale.ROOT)) + 1;
      long unit = m.group(3).isEmpty() ? 1_000 : 1_024;
      value = value.multiply(BigDecimal.valueOf(unit).pow(power));
    }
    if (value.compareTo(BigDecimal.valueOf(least)) < 0) {
      throw new CommandFailed(
          option + ": " + text + " is too little, at least " + least + " bytes");
    }
    if (value.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new CommandFailed(option + ": " + text + " is too much");
    }
    return value.longValue();
  }
}
