package io.reprise.bench.micro;

import io.reprise.cli.up.DiskImage;
import io.reprise.datastore.Digest;
import io.reprise.datastore.index.DynamicIndexWriter;
import io.reprise.datastore.index.FixedIndexWriter;
import io.reprise.datastore.index.IndexReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Reading all entries of an index; one operation is one entry. The image behind it has 1 TiB. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@NullUnmarked // fields are set by JMH before each trial
public class IndexBenchmark {
  private static final int ENTRIES = 1 << 18;

  private Path directory;
  private Path fixed;
  private Path dynamic;

  @Setup(Level.Trial)
  public void write() throws IOException {
    directory = Files.createTempDirectory("reprise-bench");
    fixed = directory.resolve("drive.fidx");
    dynamic = directory.resolve("root.didx");
    var random = new SplittableRandom(1);
    try (var writer = FixedIndexWriter.create(
            directory.resolve("f"), (long) ENTRIES * DiskImage.CHUNK, DiskImage.CHUNK);
        var archive = DynamicIndexWriter.create(directory.resolve("d"))) {
      for (int i = 0; i < ENTRIES; i++) {
        var digest =
            new Digest(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
        writer.set(i, digest);
        archive.append((i + 1L) * DiskImage.CHUNK, digest);
      }
      writer.finish(fixed, false);
      archive.finish(dynamic, false);
    }
  }

  @TearDown(Level.Trial)
  public void remove() throws IOException {
    Files.delete(fixed);
    Files.delete(dynamic);
    Files.delete(directory);
  }

  @Benchmark
  @OperationsPerInvocation(ENTRIES)
  public long fixed() throws IOException {
    return entries(fixed);
  }

  @Benchmark
  @OperationsPerInvocation(ENTRIES)
  public long dynamic() throws IOException {
    return entries(dynamic);
  }

  /** Opens it and reads every digest and length, as garbage collection does. */
  private static long entries(Path file) throws IOException {
    long sum = 0;
    try (var index = IndexReader.open(file)) {
      for (long entry = 0; entry < index.entryCount(); entry++) {
        sum += index.digest(entry).a() + index.length(entry);
      }
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(ENTRIES)
  public Digest checksum() throws IOException {
    try (var index = IndexReader.open(fixed)) {
      return index.computeChecksum();
    }
  }
}
