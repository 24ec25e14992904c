package io.reprise.cli.up;

import io.reprise.cli.output.Show;
import io.reprise.cli.output.Table;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.SnapshotId;
import io.reprise.protocol.backup.UploadResult;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/** The table of a demonstration: what each step read, sent and left on the disk. */
final class DemoReport {
  private static final double NANOS = 1e9;

  private final Path datastore;
  private final Table table = new Table()
      .left("step")
      .right("read")
      .right("new content")
      .right("uploaded")
      .right("stored in all")
      .right("seconds")
      .right("rate")
      .right("dedup factor");
  private long backedUp;

  DemoReport(Path datastore) {
    this.datastore = datastore;
  }

  void backup(SnapshotId snapshot, UploadResult result, long nanos) throws IOException {
    backedUp += result.sizeBytes();
    long stored = storedBytes(datastore);
    table.row(
        "backup " + snapshot,
        Show.size(result.sizeBytes(), 2),
        Show.size(result.uploadedBytes(), 2),
        Show.size(result.sentBytes(), 2),
        Show.size(stored, 2),
        seconds(nanos),
        rate(result.sizeBytes(), nanos),
        String.format(Locale.ROOT, "%.2f", (double) backedUp / stored));
  }

  void restore(SnapshotId snapshot, long bytes, long nanos) {
    table.row(
        "restore " + snapshot,
        Show.size(bytes, 2),
        "",
        "",
        "",
        seconds(nanos),
        rate(bytes, nanos),
        "");
  }

  void print(Surroundings at) {
    at.out().println();
    table.print(at);
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f", nanos / NANOS);
  }

  private static String rate(long bytes, long nanos) {
    return Show.size(bytes / (nanos / NANOS), 0) + "/s";
  }

  /** All chunk files; those that go meanwhile may count. */
  static long storedBytes(Path datastore) throws IOException {
    var sum = new LongAdder();
    Files.walkFileTree(datastore.resolve(".chunks"), new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        sum.add(attributes.size());
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException gone) {
        return FileVisitResult.CONTINUE;
      }
    });
    return sum.sum();
  }
}
