package io.reprise.cli.up;

import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.Show;
import io.reprise.cli.task.TaskFollower;
import io.reprise.cli.terminal.OnExit;
import io.reprise.cli.terminal.Progress;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.SnapshotId;
import io.reprise.embedded.Children;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Shows a backup going in and coming back, with real services in a temporary directory: an image is backed up, changed, backed
 * up again; both are restored and compared; a prune job removes the first, and its space comes back.
 */
public final class Demo implements Action {
  private static final String DATASTORE = "demo";
  private static final GroupId GROUP = GroupId.parse("vm/100");
  private static final long IMAGE_BYTES = 1L << 30;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int CHANGED_PERCENT = 2;
  private static final long SEED = 20_240_229;
  /** Nobody else writes into the datastore; in earnest it is a day, as relatime renews access times once a day. */
  private static final int CUTOFF_SECONDS = 3;

  private static final Site.Settings SETTINGS =
      new Site.Settings(0, 0, List.of("-Dreprise.gc.gather=1s"));

  @Option(
      names = "--image",
      paramLabel = "<file>",
      description =
          "a disk image of yours, which stays as it is (default: one of 1 GiB is made up)")
  private @Nullable String image;

  @Option(
      names = "--directory",
      paramLabel = "<dir>",
      description = "where the temporary directory is made (default: TMPDIR, else /tmp)")
  private @Nullable String parent;

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    try (var onExit =
        new OnExit(at.messages(), "interrupted: stopping the services, removing what was made")) {
      Path own = image == null ? null : at.path(image);
      long size = own == null ? IMAGE_BYTES : Files.size(own);
      Path directory = temporary(at, size, onExit);
      Path disk = directory.resolve("disk.img");
      try (var progress = progress(at, own == null ? "making an image" : "copying " + own, size)) {
        if (own == null) DiskImage.generate(disk, size, SEED, progress::add);
        else DiskImage.copy(own, disk, progress::add);
      }
      var children = new Children();
      onExit.undo(children::close);
      var data = new DataDirectory(directory.resolve("data"));
      data.make();
      Files.writeString(
          data.config().resolve("reprise.cfg"),
          "datastore: " + DATASTORE + "\n\tgc-cutoff " + CUTOFF_SECONDS + "\n");
      var site = Site.start(data, SETTINGS, children, step -> at.messages().info(step));
      show(at, site, data, disk, size);
    }
  }

  /** In which all is made, and which goes with all that is in it. */
  private Path temporary(Surroundings at, long imageBytes, OnExit onExit)
      throws IOException, CommandFailed {
    String given = parent != null ? parent : at.variable("TMPDIR");
    Path place = at.path(given == null || given.isEmpty() ? "/tmp" : given);
    long needed = 3 * imageBytes + (1L << 28); // image, datastore, one restored image; broker
    FileStore disk = Files.getFileStore(place);
    if (disk.getUsableSpace() < needed) {
      throw new CommandFailed(place + " has " + Show.size(disk.getUsableSpace(), 1) + " free, "
          + Show.size(needed, 1) + " may be needed: name another place with --directory");
    }
    var directory = TemporaryDirectory.in(place, "reprise-demo-");
    onExit.undo(directory::close);
    return directory.path();
  }

  private void show(Surroundings at, Site site, DataDirectory data, Path disk, long size)
      throws CommandFailed, IOException, InterruptedException {
    String password = Objects.requireNonNull(data.firstPassword(), "a new directory has one");
    var report = new DemoReport(data.datastore(DATASTORE));
    long now = Instant.now().getEpochSecond();
    var first = new SnapshotId(GROUP, now);
    var second = new SnapshotId(GROUP, now + 1);
    try (var rest = site.login(password)) {
      at.messages().info("making datastore " + DATASTORE);
      Site.createDatastore(rest, DATASTORE, data.datastore(DATASTORE));
      var transfer =
          new DiskTransfer(rest, DATASTORE, null, Runtime.getRuntime().availableProcessors());

      String before = sum(at, "SHA-256 of the image", disk, size);
      backup(at, transfer, first, disk, size, report);
      at.messages().info("changing " + CHANGED_PERCENT + " % of the image");
      DiskImage.change(disk, CHANGED_PERCENT, SEED);
      String after = sum(at, "SHA-256 of the changed image", disk, size);
      backup(at, transfer, second, disk, size, report);
      Files.delete(disk);

      restore(at, transfer, first, disk, size, before, report);
      restore(at, transfer, second, disk, size, after, report);
    }
    report.print(at);
    var events = new DemoEvents(at, site.bootstrapServers());
    events.print("snapshot-finished", first, second);
    removal(at, site, password, first, data.datastore(DATASTORE), events);
    at.out().println();
    at.out().println("Both restored images have the SHA-256 of what was backed up.");
  }

  /** Prunes, and waits until what only the pruned snapshot used is gone. */
  private static void removal(
      Surroundings at,
      Site site,
      String password,
      SnapshotId snapshot,
      Path datastore,
      DemoEvents events)
      throws CommandFailed, IOException, InterruptedException {
    long before = DemoReport.storedBytes(datastore);
    at.out().println();
    at.out()
        .println(
            "Pruning: a job keeps the last snapshot of each group. This datastore is private: what"
                + " nobody has touched for " + CUTOFF_SECONDS
                + " seconds may go. Elsewhere it is a day.");
    at.out().flush();
    try (var rest = site.login(password)) {
      rest.post(
          "config/prune",
          Parameters.of("id", DATASTORE)
              .with("store", DATASTORE)
              .with("schedule", "daily")
              .with("keep-last", 1));
      String task = rest.post(
              RestClient.path("admin", "prune", DATASTORE, "run"), Parameters.none())
          .asText();
      new TaskFollower(at, rest, task).follow();
    }
    events.print("snapshot-removed", snapshot);
    events.print("snapshot-purged", snapshot);
    events.print("chunk-orphaned", DATASTORE);
    long after = awaitLess(before, datastore);
    if (after == before) throw new CommandFailed("no space came back: see " + site.log("gc"));
    at.out().println();
    at.out()
        .println("Stored: " + Show.size(before, 2) + ", then " + Show.size(after, 2) + ": "
            + Show.size(before - after, 2) + " came back.");
  }

  /** Waits until chunks have gone and no more are going. */
  private static long awaitLess(long before, Path datastore)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    long last;
    long now = before;
    do {
      last = now;
      Thread.sleep(1_000);
      now = DemoReport.storedBytes(datastore);
    } while ((now == before || now != last) && System.nanoTime() < end);
    return now;
  }

  private static void backup(
      Surroundings at,
      DiskTransfer transfer,
      SnapshotId snapshot,
      Path disk,
      long size,
      DemoReport report)
      throws IOException {
    var sent = new LongAdder();
    long started = System.nanoTime();
    try (var progress = Progress.start(
        at,
        "backing up " + snapshot,
        size,
        false,
        Show.UNITS_OF_PROGRESS,
        () -> Show.size(sent.sum(), 1) + " sent")) {
      var result = transfer.backup(snapshot, disk, (plain, bytes) -> {
        progress.add(plain);
        sent.add(bytes);
      });
      report.backup(snapshot, result, System.nanoTime() - started);
    }
  }

  private static void restore(
      Surroundings at,
      DiskTransfer transfer,
      SnapshotId snapshot,
      Path target,
      long size,
      String expected,
      DemoReport report)
      throws IOException, CommandFailed {
    long started = System.nanoTime();
    try (var progress = progress(at, "restoring " + snapshot, size)) {
      transfer.restore(snapshot, target, progress::add);
    }
    report.restore(snapshot, size, System.nanoTime() - started);
    String actual = sum(at, "SHA-256 of the restored image", target, size);
    if (!actual.equals(expected)) {
      throw new CommandFailed("the restored image of " + snapshot + " has SHA-256 " + actual
          + ", what was backed up had " + expected);
    }
    Files.delete(target);
  }

  private static String sum(Surroundings at, String what, Path file, long size) throws IOException {
    try (var progress = progress(at, what, size)) {
      return DiskImage.sha256(file, progress::add);
    }
  }

  private static Progress progress(Surroundings at, String what, long size) {
    at.messages().info(what);
    return Progress.start(at, what, size, false, Show.UNITS_OF_PROGRESS, () -> "");
  }
}
