package io.reprise.bench.verify;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.bench.ingest.OtherServer;
import io.reprise.bench.ingest.ServerProcess;
import io.reprise.cli.output.Show;
import io.reprise.cli.up.DataDirectory;
import io.reprise.cli.up.DiskImage;
import io.reprise.cli.up.DiskTransfer;
import io.reprise.cli.up.Site;
import io.reprise.cli.up.TemporaryDirectory;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.SnapshotId;
import io.reprise.embedded.Children;
import io.reprise.protocol.rest.Parameters;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Backs an image up and has the datastore verified again and again: the rate counts content, after decompression, as the task's
 * log does. Another server may be given, which then verifies what it has.
 */
@Command(
    name = "verify",
    description = "verification of a datastore: rate, the server's processor time and memory")
public final class VerifyBenchmark implements Callable<Integer> {
  private static final String STORE = "bench";
  private static final Pattern VERIFIED = Pattern.compile(
      "  verified ([0-9.]+)/([0-9.]+) MiB in ([0-9.]+) seconds.*\\((\\d+) errors\\)");

  @Option(names = "--size", description = "GiB of the image (default: ${DEFAULT-VALUE})")
  private int gibibytes = 8;

  @Option(names = "--rounds", description = "how often (default: ${DEFAULT-VALUE})")
  private int rounds = 3;

  @Option(names = "--directory", description = "where image and datastore are made (default: /tmp)")
  private Path parent = Path.of("/tmp");

  @Option(
      names = "--repository",
      description =
          "another server, which verifies what it has; with PBS_PASSWORD, PBS_FINGERPRINT")
  private @Nullable String repository;

  @Option(names = "--fill", description = "back the image up to that server first")
  private boolean fill;

  @Option(names = "--pid", split = ",", description = "processes of that server, to be measured")
  private List<Long> pids = List.of();

  private final List<String> rows = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    try (var directory = TemporaryDirectory.in(parent, "reprise-bench-");
        var children = new Children()) {
      if (repository == null) own(directory.path(), children);
      else foreign(directory.path(), Repository.parse(repository));
    }
    System.out.println();
    System.out.printf(
        "server and disk on %d processors; %s%n%n",
        Runtime.getRuntime().availableProcessors(),
        repository == null ? "own server, JDK " + Runtime.version() : repository);
    System.out.println(
        "| what | content | stored | seconds | rate | server CPU s | CPU s per GiB | peak RSS |");
    System.out.println("|---|---:|---:|---:|---:|---:|---:|---:|");
    rows.forEach(System.out::println);
    return 0;
  }

  private void own(Path directory, Children children) throws Exception {
    var data = new DataDirectory(directory.resolve("data"));
    data.make();
    Site site =
        Site.start(data, new Site.Settings(0, -1, List.of()), children, VerifyBenchmark::tell);
    String password = Objects.requireNonNull(data.firstPassword(), "a new directory has one");
    try (var rest = site.login(password)) {
      Site.createDatastore(rest, STORE, data.datastore(STORE));
      backup(directory, rest, STORE);
      measure(rest, STORE, new ServerProcess(List.of(site.gcPid())));
    }
  }

  private void foreign(Path directory, Repository at) throws Exception {
    try (var rest = new OtherServer(at).login()) {
      if (fill) backup(directory, rest, at.store());
      measure(rest, at.store(), new ServerProcess(pids));
    }
  }

  private void backup(Path directory, RestClient rest, String store) throws IOException {
    Path image = directory.resolve("disk.img");
    tell("making an image and backing it up");
    DiskImage.generate(image, (long) gibibytes << 30, 1, bytes -> {});
    var snapshot = new SnapshotId(GroupId.parse("vm/verify"), Instant.now().getEpochSecond());
    new DiskTransfer(rest, store, null, 2).backup(snapshot, image, (a, b) -> {});
    Files.delete(image);
  }

  private void measure(RestClient rest, String store, ServerProcess server) throws Exception {
    for (int i = 1; i <= rounds; i++) row("round " + i, rest, store, server, false);
    row("again, verified before", rest, store, server, true);
  }

  private void row(
      String what, RestClient rest, String store, ServerProcess server, boolean ignoreVerified)
      throws Exception {
    double cpu = server.cpuSeconds();
    long began = System.nanoTime();
    JsonNode task = rest.post(
        RestClient.path("admin", "datastore", store, "verify"),
        Parameters.none().with("ignore-verified", ignoreVerified));
    Site.await(rest, task);
    double seconds = (System.nanoTime() - began) / 1e9;
    cpu = server.cpuSeconds() - cpu;
    double stored = 0;
    double content = 0;
    for (JsonNode line : rest.get(log(task.asText()), Parameters.none().with("limit", 0L))) {
      String text = line.path("t").asText();
      Matcher verified = VERIFIED.matcher(text.substring(Math.min(text.length(), 27)));
      if (!verified.matches()) continue;
      stored += Double.parseDouble(verified.group(1)) * (1 << 20);
      content += Double.parseDouble(verified.group(2)) * (1 << 20);
    }
    String row = String.format(
        Locale.ROOT,
        "| %s | %s | %s | %.2f | %s/s | %.2f | %.2f | %s |",
        what,
        Show.size(content, 2),
        Show.size(stored, 2),
        seconds,
        Show.size(content / seconds, 0),
        cpu,
        content == 0 ? 0 : cpu / content * (1L << 30),
        Show.size(server.peakBytes(), 0));
    tell(row);
    rows.add(row);
  }

  private static String log(String upid) {
    return RestClient.path("nodes", "localhost", "tasks", upid, "log");
  }

  private static void tell(String step) {
    System.err.println(step);
  }
}
