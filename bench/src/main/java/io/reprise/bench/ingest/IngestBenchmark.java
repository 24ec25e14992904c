package io.reprise.bench.ingest;

import io.reprise.cli.output.Show;
import io.reprise.cli.up.DataDirectory;
import io.reprise.cli.up.DiskImage;
import io.reprise.cli.up.DiskTransfer;
import io.reprise.cli.up.Site;
import io.reprise.cli.up.TemporaryDirectory;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.key.CryptKey;
import io.reprise.embedded.Children;
import io.reprise.protocol.rest.Repository;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Images go in and come back, from one client and from several, and a table says how fast and at what cost. Clients, server
 * and disk share this machine. Each row moves the same number of bytes: several clients share them.
 */
@Command(
    name = "ingest",
    description = "backups and restores: rates, the server's processor time and memory")
public final class IngestBenchmark implements Callable<Integer> {
  private static final String STORE = "bench";
  private static final int WARM_UP_PART = 4;

  @Option(
      names = "--size",
      description = "GiB of an image, all clients together (default: ${DEFAULT-VALUE})")
  private int gibibytes = 4;

  @Option(
      names = "--clients",
      split = ",",
      description = "how many at once, one row each (default: 1,4)")
  private List<Integer> clients = List.of(1, 4);

  @Option(
      names = "--directory",
      description = "where images and datastore are made (default: /tmp)")
  private Path parent = Path.of("/tmp");

  @Option(
      names = "--repository",
      description = "another server instead of one of our own; with PBS_PASSWORD, PBS_FINGERPRINT")
  private @Nullable String repository;

  @Option(names = "--pid", split = ",", description = "processes of that server, to be measured")
  private List<Long> pids = List.of();

  private final List<String> rows = new ArrayList<>();
  private long time = Instant.now().getEpochSecond();

  @Override
  public Integer call() throws Exception {
    try (var directory = TemporaryDirectory.in(parent, "reprise-bench-");
        var children = new Children()) {
      if (repository == null) own(directory.path(), children);
      else foreign(directory.path(), Repository.parse(repository));
    }
    System.out.println();
    System.out.printf(
        "%d GiB in each row; server, clients and disk on %d processors; %s%n%n",
        gibibytes,
        Runtime.getRuntime().availableProcessors(),
        repository == null ? "own server, JDK " + Runtime.version() : repository);
    System.out.println(
        "| what | clients | seconds | rate | server CPU s | CPU s per GiB | peak RSS |");
    System.out.println("|---|---:|---:|---:|---:|---:|---:|");
    rows.forEach(System.out::println);
    return 0;
  }

  private void own(Path directory, Children children) throws Exception {
    var data = new DataDirectory(directory.resolve("data"));
    data.make();
    Site site =
        Site.start(data, new Site.Settings(0, -1, List.of()), children, IngestBenchmark::tell);
    String password = Objects.requireNonNull(data.firstPassword(), "a new directory has one");
    try (var rest = site.login(password)) {
      Site.createDatastore(rest, STORE, data.datastore(STORE));
    }
    measure(
        directory, new ServerProcess(List.of(site.ingestPid())), () -> site.login(password), STORE);
  }

  private void foreign(Path directory, Repository at) throws Exception {
    var other = new OtherServer(at);
    measure(directory, new ServerProcess(pids), other::login, at.store());
  }

  /** Whoever logs in. */
  private interface Logins {
    RestClient login() throws IOException;
  }

  private void measure(Path directory, ServerProcess server, Logins logins, String store)
      throws Exception {
    long size = (long) gibibytes << 30;
    tell("warming up");
    var warm = new Round(directory, server, logins, store, "warm", 1, size / WARM_UP_PART, null);
    warm.run();
    rows.clear();
    for (int count : clients) {
      new Round(directory, server, logins, store, "plain-" + count, count, size, null).run();
    }
    CryptKey key = CryptKey.generate();
    new Round(directory, server, logins, store, "encrypted", 1, size, key).run();
  }

  /** The rows of one number of clients: a first backup, the same again, a restore. */
  private final class Round {
    private final Path directory;
    private final ServerProcess server;
    private final Logins logins;
    private final String store;
    private final String name;
    private final int count;
    private final long imageBytes;
    private final @Nullable CryptKey key;

    Round(
        Path directory,
        ServerProcess server,
        Logins logins,
        String store,
        String name,
        int count,
        long sizeBytes,
        @Nullable CryptKey key) {
      this.directory = directory;
      this.server = server;
      this.logins = logins;
      this.store = store;
      this.name = name;
      this.count = count;
      this.imageBytes = sizeBytes / count;
      this.key = key;
    }

    void run() throws Exception {
      tell("making images: " + name);
      for (int i = 0; i < count; i++) {
        long seed = name.hashCode() * 1_000L + i;
        DiskImage.generate(image(i), imageBytes, seed, bytes -> {});
      }
      long first = time++;
      long second = time++;
      row(
          "first backup",
          i -> transfer -> transfer.backup(snapshot(i, first), image(i), (a, b) -> {}));
      row(
          "the same again",
          i -> transfer -> transfer.backup(snapshot(i, second), image(i), (a, b) -> {}));
      for (int i = 0; i < count; i++) Files.delete(image(i));
      row("restore", i -> transfer -> {
        transfer.restore(snapshot(i, second), image(i), bytes -> {});
        return i;
      });
      for (int i = 0; i < count; i++) Files.delete(image(i));
    }

    private Path image(int client) {
      return directory.resolve(name + "-" + client + ".img");
    }

    private SnapshotId snapshot(int client, long seconds) {
      return new SnapshotId(GroupId.parse("vm/bench-" + name + "-" + client), seconds);
    }

    private void row(String what, Function<Integer, Step> steps) throws Exception {
      tell(what + ": " + name);
      double cpu = server.cpuSeconds();
      long started = System.nanoTime();
      all(steps);
      double seconds = (System.nanoTime() - started) / 1e9;
      cpu = server.cpuSeconds() - cpu;
      double gib = (double) imageBytes * count / (1L << 30);
      String line = String.format(
          Locale.ROOT,
          "| %s%s | %d | %.1f | %s/s | %.2f | %.2f | %s |",
          what,
          key == null ? "" : ", encrypted",
          count,
          seconds,
          Show.size(gib * (1L << 30) / seconds, 0),
          cpu,
          cpu / gib,
          Show.size(server.peakBytes(), 0));
      tell(line);
      rows.add(line);
    }

    private void all(Function<Integer, Step> steps) throws Exception {
      int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / count);
      try (var executor = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
        var running = new ArrayList<Future<?>>();
        for (int i = 0; i < count; i++) {
          Step step = steps.apply(i);
          running.add(executor.submit(() -> {
            try (var rest = logins.login()) {
              return step.run(new DiskTransfer(rest, store, key, threads));
            }
          }));
        }
        for (Future<?> client : running) client.get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof Exception cause ? cause : e;
      }
    }
  }

  /** What one client does in one row. */
  private interface Step {
    Object run(DiskTransfer transfer) throws IOException;
  }

  private static void tell(String step) {
    System.err.println(step);
  }
}
