package io.reprise.cli.terminal;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Shows how a long transfer goes on: on a terminal one line that is rewritten four times a second, with bar, rate and remaining
 * time; otherwise a plain line each minute. Nothing when it is to be quiet.
 */
public final class Progress implements AutoCloseable {
  private static final Duration REDRAW = Duration.ofMillis(250);
  private static final Duration LINE = Duration.ofMinutes(1);
  private static final int BAR = 20;
  private static final double SMOOTHING = 0.05; // the rate of about the last five seconds

  private final Messages messages;
  private final Terminal terminal;
  private final String name;
  private final long total;
  private final Supplier<String> figures;
  private final LongSupplier clock;
  private final LongAdder done = new LongAdder();
  private final long started;
  private final Thread thread;
  private long lastDone;
  private long lastTime;
  private double rate;

  /** How bytes and seconds are written. */
  public interface Units {
    String bytes(double count);

    String seconds(long count);
  }

  private final Units units;

  /**
   * @param total bytes, at least 1
   * @param figures what else to show, e.g. how much was uploaded; asked from another thread
   */
  public static Progress start(
      Surroundings at,
      String name,
      long total,
      boolean quiet,
      Units units,
      Supplier<String> figures) {
    return new Progress(at, name, total, quiet, units, figures, System::nanoTime);
  }

  Progress(
      Surroundings at,
      String name,
      long total,
      boolean quiet,
      Units units,
      Supplier<String> figures,
      LongSupplier clock) {
    messages = at.messages();
    terminal = at.terminal();
    this.name = name;
    this.total = Math.max(1, total);
    this.units = units;
    this.figures = figures;
    this.clock = clock;
    started = clock.getAsLong();
    lastTime = started;
    thread = quiet
        ? Thread.ofVirtual().unstarted(() -> {})
        : Thread.ofVirtual().name("progress").start(this::show);
  }

  /** From any thread. */
  public void add(long bytes) {
    done.add(bytes);
  }

  public long done() {
    return done.sum();
  }

  /** Seconds since the start, with fractions. */
  public double seconds() {
    return (clock.getAsLong() - started) / 1e9;
  }

  private void show() {
    boolean bar = terminal.stderrIsTerminal();
    try {
      while (true) {
        Thread.sleep(bar ? REDRAW : LINE);
        if (bar) messages.rewrite(bar());
        else messages.info(line());
      }
    } catch (InterruptedException closed) {
      // the end
    }
  }

  String line() {
    return name + ": " + text();
  }

  String bar() {
    int filled = (int) (Math.min(done(), total) * BAR / total);
    String line = name + " [" + "#".repeat(filled) + ".".repeat(BAR - filled) + "] " + text();
    int width = terminal.width();
    return line.length() < width ? line : line.substring(0, Math.max(0, width - 1));
  }

  /** Percent, bytes, rate, remaining time, figures. */
  private String text() {
    long now = clock.getAsLong();
    long bytes = done();
    double seconds = (now - lastTime) / 1e9;
    if (seconds > 0) {
      double current = (bytes - lastDone) / seconds;
      double weight = Math.min(1, Math.max(SMOOTHING, SMOOTHING * seconds * 4));
      rate = rate == 0 ? current : rate + weight * (current - rate);
    }
    lastTime = now;
    lastDone = bytes;
    String remaining = rate < 1 || bytes >= total
        ? ""
        : ", " + units.seconds((long) ((total - bytes) / rate) + 1) + " left";
    String more = figures.get();
    return Math.min(100, bytes * 100 / total)
        + "%, "
        + units.bytes(bytes)
        + " of "
        + units.bytes(total)
        + ", "
        + units.bytes(rate)
        + "/s"
        + remaining
        + (more.isEmpty() ? "" : ", " + more);
  }

  /** Takes the line away. */
  @Override
  public void close() {
    thread.interrupt();
    messages.rewrite(null);
  }
}
