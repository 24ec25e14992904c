package io.reprise.bench.micro;

import java.util.Collection;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs the benchmarks of this package by JMH and prints what they gave as rows in Markdown. */
public final class MicroBenchmarks {
  private static final double CHUNKS_PER_GIB = 256;

  private MicroBenchmarks() {}

  /** @param patterns regular expressions that choose benchmarks; none means all */
  public static void run(String[] patterns) throws RunnerException {
    var options = new OptionsBuilder()
        .jvmArgsAppend(
            "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
    for (String pattern : patterns) options.include(pattern);
    if (patterns.length == 0) options.include(MicroBenchmarks.class.getPackageName());
    print(new Runner(options.build()).run());
  }

  private static void print(Collection<RunResult> results) {
    System.out.println();
    System.out.println("| operation | on | per second | ± | content |");
    System.out.println("|---|---|---:|---:|---:|");
    for (RunResult result : results) {
      var score = result.getPrimaryResult();
      String kind = result.getParams().getParam("kind");
      boolean chunk = kind != null;
      System.out.printf(
          Locale.ROOT,
          "| %s | %s | %,.0f | %,.0f | %s |%n",
          score.getLabel(),
          chunk ? kind.toLowerCase(Locale.ROOT).replace('_', ' ') + " chunk of 4 MiB" : "entry",
          score.getScore(),
          score.getScoreError(),
          chunk ? String.format(Locale.ROOT, "%.2f GiB/s", score.getScore() / CHUNKS_PER_GIB) : "");
    }
  }
}
