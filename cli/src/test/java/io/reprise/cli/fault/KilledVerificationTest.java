package io.reprise.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.reprise.datastore.BackupType;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.manifest.VerifyState;
import io.reprise.embedded.ChildJvm;
import io.reprise.protocol.rest.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * gc-service is killed with SIGKILL in the middle of a verification, and the next process goes on with its task.
 * {@code -Dreprise.fault.verifications=50} does it with so many, {@code -Dreprise.fault.seed=…} with the same pauses again.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class KilledVerificationTest {
  private static final int ROUNDS = Integer.getInteger("reprise.fault.verifications", 1);
  private static final long SEED = Long.getLong("reprise.fault.seed", System.nanoTime());
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int GROUPS = 5;
  private static final int SNAPSHOTS = 3; // of a group
  private static final int OWN = 20; // chunks that no other snapshot has
  private static final int SHARED = 5; // chunks of all snapshots of a group
  private static final int CHUNKS = GROUPS * (SHARED + SNAPSHOTS * OWN);

  /** One more, and the task is given up. */
  private static final int DEATHS = 2;

  private static final int MOST_SNAPSHOTS = 5;
  private static final int MOST_MILLIS = 400;
  private static final String GOING_ON = "going on: the process that did this has died";
  private static final Pattern VERIFIED =
      Pattern.compile(" {2}verified [0-9.]+/([0-9.]+) MiB in .*");

  @TempDir
  Path directory;

  private final Random random = new Random(SEED);
  private final Map<SnapshotId, Set<Integer>> contents = new LinkedHashMap<>();
  private Installation site;
  private WrittenSnapshots snapshots;
  private Replica ingest;

  @BeforeEach
  void prepare() throws Exception {
    Files.createDirectory(directory.resolve("tmp"));
    site = new Installation(directory);
    snapshots = new WrittenSnapshots(site);
  }

  @AfterEach
  void close() throws Exception {
    snapshots.close();
    site.close();
  }

  private void write() throws IOException {
    for (int chunk = 0; chunk < CHUNKS; ) {
      var group = new GroupId(BackupType.VM, Integer.toString(100 + chunk));
      var shared = new LinkedHashSet<Integer>();
      while (shared.size() < SHARED) shared.add(chunk++);
      for (int i = 0; i < SNAPSHOTS; i++) {
        var all = new LinkedHashSet<>(shared);
        while (all.size() < SHARED + OWN) all.add(chunk++);
        var snapshot = new SnapshotId(group, 1_763_856_000 + i);
        contents.put(snapshot, all);
        snapshots.write(snapshot, all);
      }
    }
  }

  @Test
  void theNextProcessGoesOnAndAllIsProvedAndJudgedOnce() throws Exception {
    System.out.println("killing with the pauses of -Dreprise.fault.seed=" + SEED);
    write();
    ingest = site.start("one", Installation.NO_BROKER, Installation.QUICK);
    for (int round = 0; round < ROUNDS; round++) {
      int corrupt = random.nextInt(CHUNKS);
      int missing = (corrupt + 1 + random.nextInt(CHUNKS - 1)) % CHUNKS;
      damage(corrupt);
      Files.delete(snapshots.chunk(missing));
      long announced = announced(corrupt);
      verifyWithDeaths(Set.of(corrupt, missing));
      assertThat(bad()).as("set aside once").containsExactly(bad(corrupt));
      assertThat(announced(corrupt)).isGreaterThan(announced);
      assertThat(announced(missing)).as("it may be but mislaid").isZero();
      for (int chunk = 0; chunk < CHUNKS; chunk++) {
        boolean there = chunk != corrupt && chunk != missing;
        assertThat(Files.exists(snapshots.chunk(chunk))).as("chunk %d", chunk).isEqualTo(there);
      }
      Files.delete(bad(corrupt));
      snapshots.writeChunk(corrupt);
      snapshots.writeChunk(missing);
    }
    assertThat(directory.resolve("tmp"))
        .as("17 MB that each killed process would leave there")
        .isDirectoryNotContaining("glob:**librocksdbjni*");
  }

  private String[] options() {
    return new String[] {Installation.QUICK, "-Djava.io.tmpdir=" + directory.resolve("tmp")};
  }

  private void verifyWithDeaths(Set<Integer> wrong) throws Exception {
    String task;
    try (var rest = ingest.login()) {
      task = rest.post(
              "admin/datastore/main/verify", Parameters.none().with("ignore-verified", false))
          .asText();
    }
    Map<SnapshotId, Integer> finished = killAgainAndAgain(task);
    ChildJvm last = site.startCollection(options());
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(ingest.tasks().get(task))
            .isEqualTo("verification failed - please check the log for details"));
    last.kill();
    for (var each : contents.entrySet()) {
      boolean ok = each.getValue().stream().noneMatch(wrong::contains);
      assertThat(snapshots.state(each.getKey()))
          .as(each.getKey().toString())
          .isEqualTo(new VerifyState(ok, task));
    }
    List<String> log = log(task);
    finished.forEach((snapshot, from) -> assertThat(log.subList(from, log.size()))
        .as("what an earlier process had finished")
        .doesNotContain("verify main:" + snapshot));
    assertThat(log).as("a process died in the middle").contains(GOING_ON);
    requireEachGoodChunkReadOnceByAProcess(log, wrong);
  }

  /**
   * Now and then before it serves, mostly after some snapshots more.
   *
   * @return snapshots that were finished when a process died, and how long the log was then
   */
  private Map<SnapshotId, Integer> killAgainAndAgain(String task) throws Exception {
    var finished = new HashMap<SnapshotId, Integer>();
    int kills = 0;
    for (int begun = 0; begun >= 0 && begun < DEATHS; begun = attempts(task)) {
      ChildJvm service;
      if (random.nextInt(4) == 0) {
        service = site.beginCollection(options());
      } else {
        service = site.startCollection(options());
        int enough =
            Math.min(contents.size() - 1, finished.size() + 1 + random.nextInt(MOST_SNAPSHOTS));
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(10))
            .until(() -> finished(task).size() >= enough);
      }
      Thread.sleep(random.nextInt(MOST_MILLIS)); // the moment is what this test is about
      service.kill();
      kills++;
      int length = log(task).size();
      finished(task).forEach(snapshot -> finished.putIfAbsent(snapshot, length));
    }
    System.out.printf("killed %d times, %d snapshots were finished%n", kills, finished.size());
    return finished;
  }

  private Set<SnapshotId> finished(String task) throws IOException {
    var finished = new HashSet<SnapshotId>();
    for (SnapshotId snapshot : contents.keySet()) {
      VerifyState state = snapshots.state(snapshot);
      if (state != null && state.upid().equals(task)) finished.add(snapshot);
    }
    return finished;
  }

  /** Processes that have begun the task; −1 when it has ended. */
  private int attempts(String task) throws IOException {
    var json = new ObjectMapper();
    try (Stream<Path> files = Files.list(site.state().resolve("requests"))) {
      for (Path file :
          (Iterable<Path>) files.filter(f -> f.toString().endsWith(".json"))::iterator) {
        var request = json.readTree(Files.readString(file));
        if (request.path("upid").asText().equals(task))
          return request.path("attempts").asInt();
      }
    }
    return -1;
  }

  /** Of the snapshots that a process came to the end of; what it had proved in others died with it. */
  private void requireEachGoodChunkReadOnceByAProcess(List<String> log, Set<Integer> wrong) {
    var expected = new HashSet<Integer>();
    double mib = 0;
    Set<Integer> current = Set.of();
    var lines = new ArrayList<>(log);
    lines.add(GOING_ON);
    for (String line : lines) {
      var verified = VERIFIED.matcher(line);
      if (line.equals(GOING_ON)) {
        expected.removeAll(wrong);
        assertThat(mib).isEqualTo(expected.size() * (WrittenSnapshots.CHUNK / (double) (1 << 20)));
        expected.clear();
        mib = 0;
      } else if (line.startsWith("verify main:") && !line.endsWith("could not be verified")) {
        current = contents.get(SnapshotId.parse(line.substring("verify main:".length())));
      } else if (verified.matches()) {
        expected.addAll(current);
        mib += Double.parseDouble(verified.group(1));
      }
    }
  }

  private void damage(int content) throws IOException {
    byte[] bytes = Files.readAllBytes(snapshots.chunk(content));
    bytes[bytes.length - 1] ^= 1;
    Files.write(snapshots.chunk(content), bytes);
  }

  private Path bad(int content) {
    Path chunk = snapshots.chunk(content);
    return chunk.resolveSibling(chunk.getFileName() + ".0.bad");
  }

  private List<Path> bad() throws IOException {
    try (Stream<Path> files = Files.walk(site.store().resolve(".chunks"), 2)) {
      return files.filter(file -> file.toString().endsWith(".bad")).toList();
    }
  }

  /** Events that wait for a broker. */
  private long announced(int content) throws IOException {
    String digest = String.valueOf(snapshots.chunk(content).getFileName());
    Path outbox = site.state().resolve("outbox");
    if (Files.notExists(outbox)) return 0;
    long found = 0;
    try (Stream<Path> files = Files.walk(outbox)) {
      for (Path file :
          (Iterable<Path>) files.filter(f -> f.toString().endsWith(".json"))::iterator) {
        String event = Files.readString(file);
        if (event.contains("chunk-corrupt") && event.contains(digest)) found++;
      }
    }
    return found;
  }

  /** Without times. */
  private List<String> log(String task) throws IOException {
    String start = task.split(":", -1)[3];
    Path folder = site.state().resolve("tasks").resolve(start.substring(start.length() - 2));
    return Files.readAllLines(folder.resolve(task)).stream()
        .map(line -> line.substring(line.indexOf(": ") + 2))
        .toList();
  }
}
