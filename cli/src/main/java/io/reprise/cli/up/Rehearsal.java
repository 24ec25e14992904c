package io.reprise.cli.up;

import io.reprise.cli.command.CommandFailed;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.SnapshotId;
import io.reprise.embedded.Children;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Lets the services do once, in a temporary directory, what they are for. Their JVMs keep what they learned (JEP 483, 515):
 * where the classes lie, which methods are worth compiling. Services that start with it are warm earlier (docs/adr/0014).
 */
public final class Rehearsal {
  private static final String DATASTORE = "rehearsal";
  /** Taken in turn: a connection's end, and with it a group's lock, is seen a moment later. */
  private static final List<GroupId> GROUPS =
      List.of(GroupId.parse("vm/100"), GroupId.parse("vm/101"), GroupId.parse("vm/102"));

  private static final long IMAGE_BYTES = 256L << 20;
  private static final long SEED = 20_240_229;
  private static final int BACKUPS = 15;
  private static final int RESTORES = 4;

  /** The JVM writes it when the service has ended. */
  private static final Duration WRITING = Duration.ofMinutes(3);

  private Rehearsal() {}

  public static void main(String[] arguments)
      throws IOException, InterruptedException, CommandFailed {
    try (var directory = TemporaryDirectory.in(
        Path.of(System.getProperty("java.io.tmpdir")), "reprise-rehearsal-")) {
      var children = new Children();
      Runtime.getRuntime().addShutdownHook(new Thread(children::close));
      var data = new DataDirectory(directory.path().resolve("data"));
      data.make();
      var site = Site.start(data, new Site.Settings(0, 0, List.of(), true), children, step -> {});
      play(site, data, directory.path());
      site.stopServices();
      children.close(WRITING);
    }
  }

  private static void play(Site site, DataDirectory data, Path directory)
      throws IOException, InterruptedException, CommandFailed {
    Path disk = directory.resolve("disk.img");
    DiskImage.generate(disk, IMAGE_BYTES, SEED, bytes -> {});
    String password = Objects.requireNonNull(data.firstPassword(), "a new directory has one");
    try (var rest = site.login(password)) {
      Site.createDatastore(rest, DATASTORE, data.datastore(DATASTORE));
      var transfer =
          new DiskTransfer(rest, DATASTORE, null, Runtime.getRuntime().availableProcessors());
      long first = Instant.now().getEpochSecond();
      for (int i = 0; i < BACKUPS; i++) {
        transfer.backup(snapshot(first, i), disk, (plain, sent) -> {});
        rest.get(store("snapshots"), Parameters.none());
        rest.get(store("status"), Parameters.none());
      }
      Path restored = directory.resolve("restored.img");
      for (int i = 0; i < RESTORES; i++) {
        transfer.restore(snapshot(first, i), restored, bytes -> {});
        Files.delete(restored);
      }
      Site.await(rest, rest.post(store("verify"), Parameters.none()));
      Site.await(rest, rest.post(store("gc"), Parameters.none()));
    }
  }

  private static SnapshotId snapshot(long first, int number) {
    return new SnapshotId(GROUPS.get(number % GROUPS.size()), first + number);
  }

  private static String store(String call) {
    return RestClient.path("admin", "datastore", DATASTORE, call);
  }
}
