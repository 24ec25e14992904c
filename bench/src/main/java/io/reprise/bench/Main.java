package io.reprise.bench;

import io.reprise.bench.micro.MicroBenchmarks;
import java.util.Arrays;

/** {@code ./reprise bench NAME [option…]}. */
public final class Main {
  private static final String USAGE = """
      Usage: ./reprise bench <name> [options]

        micro [regular expression]   single operations on chunks and indexes (JMH)

      Each prints a table in Markdown, ready for docs/benchmarks.md.""";

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    String name = arguments.length == 0 ? "" : arguments[0];
    String[] rest = Arrays.copyOfRange(arguments, Math.min(1, arguments.length), arguments.length);
    switch (name) {
      case "micro" -> MicroBenchmarks.run(rest);
      case "help", "--help" -> System.out.println(USAGE);
      default -> {
        System.err.println(USAGE);
        System.exit(255);
      }
    }
  }
}
