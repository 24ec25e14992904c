package io.reprise.bench;

import io.reprise.bench.gc.GcBenchmark;
import io.reprise.bench.ingest.IngestBenchmark;
import io.reprise.bench.micro.MicroBenchmarks;
import io.reprise.bench.verify.VerifyBenchmark;
import java.util.Arrays;
import picocli.CommandLine;

/** {@code ./reprise bench NAME [option…]}. */
public final class Main {
  private static final String USAGE = """
      Usage: ./reprise bench <name> [options]

        ingest [--size GiB] [--clients N,…]   backups and restores, and what they cost the server
        gc [--chunks N,…]                     garbage collection: full, and over a night's change
        verify [--size GiB]                   verification of a datastore, and what it costs the server
        micro [regular expression]   single operations on chunks and indexes (JMH)

      Each prints a table in Markdown, ready for docs/benchmarks.md.""";

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    String name = arguments.length == 0 ? "" : arguments[0];
    String[] rest = Arrays.copyOfRange(arguments, Math.min(1, arguments.length), arguments.length);
    switch (name) {
      case "ingest" -> System.exit(new CommandLine(new IngestBenchmark()).execute(rest));
      case "gc" -> System.exit(new CommandLine(new GcBenchmark()).execute(rest));
      case "verify" -> System.exit(new CommandLine(new VerifyBenchmark()).execute(rest));
      case "micro" -> MicroBenchmarks.run(rest);
      case "help", "--help" -> System.out.println(USAGE);
      default -> {
        System.err.println(USAGE);
        System.exit(255);
      }
    }
  }
}
