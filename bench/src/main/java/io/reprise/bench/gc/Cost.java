package io.reprise.bench.gc;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * What something took.
 *
 * @param cpu of all threads of this process, compilation and garbage collection of Java included; to a hundredth of a
 *     second, as the kernel counts it
 */
record Cost(Duration time, Duration cpu) {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  static final Cost NOTHING = new Cost(Duration.ZERO, Duration.ZERO);

  /** Time and processor time so far; the difference of two is a cost. */
  static Cost now() {
    return new Cost(
        Duration.ofNanos(System.nanoTime()), Duration.ofNanos(SYSTEM.getProcessCpuTime()));
  }

  static Cost since(Cost begun) {
    return now().minus(begun);
  }

  Cost plus(Cost other) {
    return new Cost(time.plus(other.time), cpu.plus(other.cpu));
  }

  Cost minus(Cost other) {
    return new Cost(time.minus(other.time), cpu.minus(other.cpu));
  }

  Cost dividedBy(int number) {
    return new Cost(time.dividedBy(number), cpu.dividedBy(number));
  }

  double seconds() {
    return time.toNanos() / 1e9;
  }

  double cpuSeconds() {
    return cpu.toNanos() / 1e9;
  }
}
