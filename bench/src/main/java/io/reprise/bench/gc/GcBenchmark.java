package io.reprise.bench.gc;

import io.reprise.cli.up.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Full collections, and passes over a night's change, in a process that has done both before; from several sizes follows
 * what they would take at a size that no test machine has.
 */
@Command(name = "gc", description = "garbage collection: time, processor time, size of the index")
public final class GcBenchmark implements Callable<Integer> {
  private static final int WITH_ORPHANS =
      MadeStore.CHUNKS_OF_A_GUEST + MadeStore.ORPHANS_OF_A_GUEST;
  private static final double SITE = 30e6;

  @Option(
      names = "--chunks",
      split = ",",
      description =
          "sizes, one row each, to the next multiple of 21000 (default: 105000,210000,420000)")
  private List<Integer> sizes = List.of(105_000, 210_000, 420_000);

  @Option(names = "--directory", description = "where datastores are made (default: /tmp)")
  private Path parent = Path.of("/tmp");

  @Option(
      names = "--make",
      description =
          "only make the datastore of the last size, in this directory, for another server to be tried on")
  private @Nullable Path make;

  @Option(names = "--made", description = "collect in a directory that --make filled, and leave it")
  private @Nullable Path made;

  @Override
  public Integer call() throws IOException {
    if (make != null) {
      store(Files.createDirectories(make), sizes.getLast()).make();
      return 0;
    }
    var rows = new ArrayList<Measured>();
    if (made != null) {
      rows.add(Measured.of(store(made, sizes.getLast()), made, GcBenchmark::tell));
    } else {
      for (int size : sizes) {
        try (var directory = TemporaryDirectory.in(parent, "reprise-bench-")) {
          MadeStore store = store(directory.path(), size);
          tell("making a datastore of " + store.guests() * WITH_ORPHANS + " chunks");
          store.make();
          rows.add(Measured.of(store, directory.path(), GcBenchmark::tell));
        }
      }
    }
    print(rows);
    return 0;
  }

  private static MadeStore store(Path directory, int chunks) {
    return new MadeStore(
        directory.toAbsolutePath(), Math.max(1, (chunks + WITH_ORPHANS - 1) / WITH_ORPHANS));
  }

  private static void print(List<Measured> rows) {
    System.out.printf(
        "%d processors, JDK %s; seconds / CPU seconds of the whole process%n%n",
        Runtime.getRuntime().availableProcessors(), Runtime.version());
    System.out.println(
        "| chunks | snapshots | references | full GC | unlinking its orphans | pass over a night"
            + " | unlinking its orphans | index built anew | index, MiB |");
    System.out.println("|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    for (Measured m : rows) {
      System.out.printf(
          Locale.ROOT,
          "| %d | %d | %d | %s | %s (%d) | %s | %s (%d) | %s | %.1f |%n",
          m.chunks(),
          m.indexFiles(),
          m.references(),
          show(m.full()),
          show(m.unlinking()),
          m.unlinked(),
          show(m.pass()),
          show(m.sweeping()),
          m.swept(),
          show(m.building()),
          m.indexBytes() / 1048576.0);
    }
    if (rows.size() < 3) return;
    System.out.printf(
        Locale.ROOT,
        "| 30 million, by the slope | | | %s | | %s | | %s | %.0f |%n",
        show(rows, Measured::full),
        show(rows, Measured::pass),
        show(rows, Measured::building),
        estimate(rows, m -> m.indexBytes() / 1048576.0));
  }

  private static String show(Cost cost) {
    return String.format(Locale.ROOT, "%.2f / %.2f", cost.seconds(), cost.cpuSeconds());
  }

  private static String show(
      List<Measured> rows, java.util.function.Function<Measured, Cost> part) {
    return String.format(
        Locale.ROOT,
        "%.0f / %.0f",
        estimate(rows, m -> part.apply(m).seconds()),
        estimate(rows, m -> part.apply(m).cpuSeconds()));
  }

  /** The straight line of the least squares, at thirty million chunks. */
  private static double estimate(List<Measured> rows, ToDoubleFunction<Measured> value) {
    double x = rows.stream().mapToDouble(Measured::chunks).average().orElseThrow();
    double y = rows.stream().mapToDouble(value).average().orElseThrow();
    double above = 0;
    double below = 0;
    for (Measured row : rows) {
      above += (row.chunks() - x) * (value.applyAsDouble(row) - y);
      below += (row.chunks() - x) * (row.chunks() - x);
    }
    return y + above / below * (SITE - x);
  }

  private static void tell(String step) {
    System.err.println(step);
  }
}
