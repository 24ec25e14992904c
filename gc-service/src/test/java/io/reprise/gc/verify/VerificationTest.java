package io.reprise.gc.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.Digest;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.manifest.VerifyState;
import io.reprise.gc.TestStores;
import io.reprise.platform.config.ConfigDirectory;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.JobConfigs;
import io.reprise.platform.config.RepriseConfig;
import io.reprise.platform.event.Event;
import io.reprise.platform.event.Events;
import io.reprise.platform.event.Transport;
import io.reprise.platform.event.Truth;
import io.reprise.platform.job.JobRunner;
import io.reprise.platform.job.JobStates;
import io.reprise.platform.job.JobType;
import io.reprise.platform.job.Jobs;
import io.reprise.platform.job.LastRun;
import io.reprise.platform.job.Leases;
import io.reprise.platform.job.Requests;
import io.reprise.platform.job.VerifyOrder;
import io.reprise.platform.task.Tasks;
import io.reprise.platform.task.Upid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verifications as tasks, new snapshots and the scrub, over a real datastore. */
class VerificationTest {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final AuthId WHO = AuthId.parse("admin@pbs");
  private static final String FIRST = "vm/100/2026-11-20T00:00:00Z";
  private static final String SECOND = "vm/100/2026-11-21T00:00:00Z";

  @TempDir
  Path root;

  private TestStores stores;
  private Jobs jobs;
  private Events events;
  private Verifiers verifiers;
  private ProvingThreads threads;
  private final List<Event> sent = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeEach
  void prepare() throws Exception {
    stores = new TestStores(root);
    stores.configure("st1", "", "");
    events = new Events(
        stores.state().resolve("outbox"),
        "a",
        "host1",
        new Transport() {
          @Override
          public void connect() {}

          @Override
          public CompletionStage<Void> send(Event event) {
            sent.add(event);
            return CompletableFuture.completedFuture(null);
          }
        },
        event -> Truth.Verdict.SEND);
    events.start();
    open.add(events);
    start();
  }

  /** As if the process had died, which holds leases no longer. */
  private void stop() throws Exception {
    while (open.size() > 1) open.removeFirst().close();
  }

  private void start() throws IOException {
    Path state = stores.state();
    jobs = new Jobs(
        new Tasks(state.resolve("tasks"), "host1"),
        new JobStates(state),
        new Leases(state, "a"),
        new Requests(state));
    var config = new ConfigDirectory(stores.config());
    var own = new RepriseConfig(config);
    var configured = new Datastores(config, own);
    verifiers =
        new Verifiers(stores.layout(), configured, own, jobs, events, Duration.ofSeconds(1));
    threads = new ProvingThreads(2);
    var parts = new VerifyJob.Parts(
        verifiers, configured, new JobConfigs(config), stores.layout(), threads, events);
    var runner = new JobRunner(jobs, VerifyJob.all(parts));
    open.addFirst(threads);
    open.addFirst(verifiers);
    open.addFirst(runner);
    verifiers.start(runner::wake);
    runner.start();
    await().atMost(SOON).until(() -> {
      var verifier = verifiers.of("st1");
      return verifier != null && verifier.isHere();
    });
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) each.close();
  }

  private static VerifyOrder everything(boolean ignoreVerified) {
    return new VerifyOrder(
        Namespace.ROOT, Namespace.MAX_DEPTH, null, null, ignoreVerified, null, null, false);
  }

  private Upid request(VerifyOrder order) throws IOException {
    return jobs.request(
        new Jobs.Order(order.type(), "st1", order.workerId("st1"), "", WHO, order.toJson()),
        events);
  }

  private String verify(VerifyOrder order) throws IOException {
    return end(request(order));
  }

  private String end(Upid upid) {
    await().atMost(SOON).until(() -> jobs.tasks().end(upid) != null);
    return jobs.tasks().end(upid).status();
  }

  /** Without times, and with figures of speed made equal. */
  private List<String> log(Upid upid) throws IOException {
    return jobs.tasks().log(upid, 0, 0).lines().stream()
        .map(line -> line.substring(line.indexOf(": ") + 2))
        .map(line -> line.replaceFirst(" in [0-9.]+ seconds.* MiB/s \\(", " in S ("))
        .toList();
  }

  private @Nullable VerifyState state(String snapshot) throws IOException {
    try (var datastore = stores.open("st1")) {
      return datastore.manifest(Namespace.ROOT, SnapshotId.parse(snapshot)).verifyState();
    }
  }

  private void damage(int content) throws IOException {
    Path file = stores.chunk("st1", content);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
  }

  private Path bad(int content, int number) {
    Path file = stores.chunk("st1", content);
    return file.resolveSibling(file.getFileName() + "." + number + ".bad");
  }

  @Test
  void aSoundDatastoreIsVerifiedOnceAndThenLeftAlone() throws Exception {
    stores.backup("st1", FIRST, 1, 2, 3);
    stores.backup("st1", SECOND, 3, 4, 4);
    Upid first = request(everything(true));
    assertThat(end(first)).isEqualTo("OK");
    assertThat(log(first))
        .containsExactly(
            "verify datastore st1",
            "found 1 groups",
            "verify group st1:vm/100 (2 snapshots)",
            "verify st1:" + SECOND,
            "  check drive-scsi0.img.fidx",
            "  verified 0.00/0.01 MiB in S (0 errors)",
            "percentage done: 50.00% (1/2 snapshots)",
            "verify st1:" + FIRST,
            "  check drive-scsi0.img.fidx",
            "  verified 0.00/0.01 MiB in S (0 errors)",
            "percentage done: 100.00% (2/2 snapshots)",
            "TASK OK");
    assertThat(state(FIRST)).isEqualTo(new VerifyState(true, first.toString()));
    Upid second = request(everything(true));
    assertThat(end(second)).isEqualTo("OK");
    assertThat(log(second)).contains("SKIPPED: verify st1:" + FIRST + " (recently verified)");
    assertThat(state(FIRST)).isEqualTo(new VerifyState(true, first.toString()));
    Upid third = request(everything(false));
    assertThat(end(third)).isEqualTo("OK");
    assertThat(state(FIRST)).isEqualTo(new VerifyState(true, third.toString()));
  }

  @Test
  void aCorruptChunkIsSetAsideAndToldAndFailsEverySnapshotThatHasIt() throws Exception {
    stores.backup("st1", FIRST, 1, 2, 3);
    stores.backup("st1", SECOND, 2, 3);
    stores.backup("st1", "vm/200/2026-11-21T00:00:00Z", 3);
    damage(2);
    Upid task = request(everything(true));
    assertThat(end(task)).isEqualTo("verification failed - please check the log for details");
    String digest = stores.chunk("st1", 2).getFileName().toString();
    assertThat(log(task))
        .containsSubsequence(
            "can't verify chunk, load failed - store 'st1', unable to load chunk '" + digest
                + "' - Data blob has wrong CRC checksum.",
            "corrupted chunk renamed to \"" + bad(2, 0) + "\"",
            "  verified 0.00/0.00 MiB in S (1 errors)",
            "verify st1:" + SECOND + "/drive-scsi0.img.fidx failed: chunks could not be verified",
            "chunk " + digest + " was marked as corrupt",
            "Failed to verify the following snapshots/groups:",
            "\t" + SECOND,
            "\t" + FIRST);
    assertThat(stores.chunk("st1", 2)).doesNotExist();
    assertThat(bad(2, 0)).exists();
    assertThat(state(FIRST)).isEqualTo(new VerifyState(false, task.toString()));
    assertThat(state(SECOND)).isEqualTo(new VerifyState(false, task.toString()));
    assertThat(state("vm/200/2026-11-21T00:00:00Z").ok()).isTrue();
    await().atMost(SOON).until(() -> sent.stream().anyMatch(e -> e.subject().equals(digest)));
    assertThat(verifiers.of("st1").corruptChunks()).isEqualTo(1);
    // Whatever came of it before, a snapshot that was verified is left alone.
    assertThat(verify(everything(true))).isEqualTo("OK");
  }

  @Test
  void aChunkOfOtherContentIsCorruptThoughItsCrcIsRight() throws Exception {
    stores.backup("st1", FIRST, 1, 2);
    Files.write(stores.chunk("st1", 2), Files.readAllBytes(stores.chunk("st1", 1)));
    Files.write(bad(2, 0), new byte[0]);
    assertThat(verify(everything(true))).startsWith("verification failed");
    assertThat(bad(2, 1)).exists();
    assertThat(stores.chunks("st1", 2)).containsExactly(1);
  }

  @Test
  void aMissingChunkFailsItsSnapshotAndNothingIsRenamed() throws Exception {
    stores.backup("st1", FIRST, 1, 2);
    Files.delete(stores.chunk("st1", 2));
    Upid task = request(everything(true));
    assertThat(end(task)).startsWith("verification failed");
    assertThat(log(task))
        .contains("can't verify chunk, load failed - store 'st1', unable to load chunk '"
            + stores.chunk("st1", 2).getFileName() + "' - No such file or directory (os error 2)");
    assertThat(bad(2, 0)).doesNotExist();
    assertThat(state(FIRST).ok()).isFalse();
  }

  @Test
  void whatCannotBeReadIsAnErrorButNoCorruption() throws Exception {
    stores.backup("st1", FIRST, 1, 2);
    Files.delete(stores.chunk("st1", 2));
    Files.createDirectory(stores.chunk("st1", 2)); // reading fails, as on a broken disk
    assertThat(verify(everything(true))).startsWith("verification failed");
    assertThat(stores.chunk("st1", 2)).exists();
    assertThat(bad(2, 0)).doesNotExist();
    assertThat(sent).noneMatch(event -> event.topic().toString().equals("chunk-corrupt"));
  }

  @Test
  void aGroupAndASnapshotAreVerifiedByThemselves() throws Exception {
    stores.backup("st1", FIRST, 1);
    stores.backup("st1", SECOND, 2);
    var group = new VerifyOrder(
        Namespace.ROOT,
        0,
        GroupId.parse("vm/100"),
        SnapshotId.parse(FIRST),
        true,
        null,
        null,
        false);
    Upid one = request(group);
    assertThat(one.workerType()).isEqualTo("verify_snapshot");
    assertThat(one.workerId()).isEqualTo("st1:/vm/100/6AFF8D80");
    assertThat(end(one)).isEqualTo("OK");
    assertThat(state(SECOND)).isNull();
    assertThat(state(FIRST).ok()).isTrue();
    var all =
        new VerifyOrder(Namespace.ROOT, 0, GroupId.parse("vm/100"), null, true, null, null, false);
    Upid both = request(all);
    assertThat(end(both)).isEqualTo("OK");
    assertThat(log(both))
        .containsExactly(
            "verify group st1:vm/100 (2 snapshots)",
            "verify st1:" + SECOND,
            "  check drive-scsi0.img.fidx",
            "  verified 0.00/0.00 MiB in S (0 errors)",
            "percentage done: 50.00% (1/2 snapshots)",
            "SKIPPED: verify st1:" + FIRST + " (recently verified)",
            "percentage done: 100.00% (2/2 snapshots)",
            "TASK OK");
  }

  @Test
  void aSnapshotInUseIsSkipped() throws Exception {
    stores.backup("st1", FIRST, 1);
    Upid task;
    try (var datastore = stores.open("st1");
        var session = datastore.startBackup(
            Namespace.ROOT, SnapshotId.parse(SECOND), AuthId.parse("backup@pbs"), false)) {
      task = request(everything(true));
      assertThat(end(task)).isEqualTo("OK");
    }
    assertThat(log(task))
        .anyMatch(line -> line.startsWith(
            "SKIPPED: verify st1:" + SECOND + " - could not acquire snapshot lock: "));
  }

  @Test
  void aJobRunsByItsSettingsAndRemembersItsRun() throws Exception {
    stores.backup("st1", FIRST, 1);
    Files.writeString(
        stores.config().resolve("verification.cfg"),
        "verification: weekly\n\tignore-verified false\n\tstore st1\n");
    jobs.accept(
        "ask-1",
        java.time.Instant.now(),
        JobType.VERIFICATION,
        "weekly",
        io.reprise.datastore.json.Json.object(),
        WHO);
    await()
        .atMost(SOON)
        .until(
            () -> jobs.states().last(JobType.VERIFICATION, "weekly") instanceof LastRun.Finished);
    var run = (LastRun.Finished) jobs.states().last(JobType.VERIFICATION, "weekly");
    assertThat(run.end().status()).isEqualTo("OK");
    assertThat(run.task().workerId()).isEqualTo("st1:weekly");
    await().atMost(SOON).until(() -> log(run.task()).contains("TASK OK"));
    assertThat(log(run.task()))
        .startsWith("Starting datastore verify job 'st1:weekly'", "verify datastore st1");
    assertThat(state(FIRST).upid()).isEqualTo(run.task().toString());
  }

  @Test
  void newSnapshotsAreVerifiedWhereTheDatastoreWishesIt() throws Exception {
    stores.backup("st1", FIRST, 1);
    verifiers.finished("st1", Namespace.ROOT, SnapshotId.parse(FIRST));
    assertThat(jobs.requests().pending()).isEmpty();
    stores.configure("st1", "\tverify-new true\n", "");
    verifiers.finished("st1", Namespace.ROOT, SnapshotId.parse(FIRST));
    verifiers.finished("st1", Namespace.ROOT, SnapshotId.parse(FIRST));
    await().atMost(SOON).until(() -> state(FIRST) != null);
    Upid task = Upid.parse(state(FIRST).upid());
    assertThat(task.workerType()).isEqualTo("verify");
    assertThat(task.workerId()).isEqualTo("st1:vm/100/6AFF8D80");
    assertThat(log(task).getFirst()).isEqualTo("Automatically verifying newly added snapshot");
    await().atMost(SOON).until(() -> jobs.requests().pending().isEmpty());
    verifiers.finished("st1", Namespace.ROOT, SnapshotId.parse(FIRST));
    assertThat(jobs.requests().pending()).isEmpty();
  }

  @Test
  void newSnapshotsOfWhichNoEventCameAreFound() throws Exception {
    stores.configure("st1", "\tverify-new true\n", "");
    stores.backup("st1", FIRST, 1);
    await().atMost(SOON).until(() -> state(FIRST) != null);
    assertThat(state(FIRST).ok()).isTrue();
  }

  @Test
  void aTaskWhoseProcessDiedGoesOnWithWhatItHadNotVerified() throws Exception {
    stores.backup("st1", FIRST, 1);
    stores.backup("st1", SECOND, 2);
    stop();
    Upid task = request(everything(false));
    try (var datastore = stores.open("st1")) {
      datastore.updateManifest(
          Namespace.ROOT,
          SnapshotId.parse(SECOND),
          manifest -> manifest.withVerifyState(new VerifyState(false, task.toString())));
    }
    start();
    assertThat(end(task)).startsWith("verification failed");
    assertThat(log(task))
        .contains("verify st1:" + FIRST, "\t" + SECOND)
        .doesNotContain("verify st1:" + SECOND);
    assertThat(state(FIRST)).isEqualTo(new VerifyState(true, task.toString()));
  }

  @Test
  void aTaskThatIsToStopDoesSoAndLeavesTheSnapshotAsItWas() throws Exception {
    stores.backup("st1", FIRST, 1);
    stop();
    Upid task = request(everything(false));
    assertThat(jobs.tasks().abort(task)).isTrue();
    start();
    assertThat(end(task)).isEqualTo("abort requested - aborting task");
    assertThat(state(FIRST)).isNull();
  }

  /** In the middle of the second snapshot its disk hangs: nothing is proved any more. */
  @Test
  void aTaskThatIsStoppedInTheMiddleEndsSoonThoughADiskHangsAndTheNextOneGoesOnAfterIt()
      throws Exception {
    stores.backup("st1", FIRST, IntStream.rangeClosed(1, 200).toArray());
    stores.backup("st1", SECOND, 201);
    Upid task = request(everything(true));
    var recovered = new CountDownLatch(1);
    try {
      for (int hanging = 0; hanging < threads.count(); ) {
        var hangs = new CompletableFuture<Boolean>();
        ProvingThreads.Work work = prover -> {
          hangs.complete(isVerified(SECOND));
          if (hangs.join()) awaitQuietly(recovered);
        };
        while (!threads.offer(work)) {}
        if (hangs.get()) hanging++;
      }
      assertThat(jobs.tasks().end(task)).as("it is in the middle").isNull();
      // As ingest-service asks, which is another process.
      Path state = stores.state();
      var rest = new Jobs(
          new Tasks(state.resolve("tasks"), "host1"),
          new JobStates(state),
          new Leases(state, "rest"),
          new Requests(state));
      assertThat(rest.tasks().abort(task)).isTrue();
      long asked = System.nanoTime();
      assertThat(end(task)).isEqualTo("abort requested - aborting task");
      assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(30));
    } finally {
      recovered.countDown();
    }
    assertThat(log(task))
        .endsWith(
            "verify st1:" + FIRST,
            "  check drive-scsi0.img.fidx",
            "received abort request ...",
            "TASK ERROR: abort requested - aborting task");
    assertThat(state(SECOND)).isEqualTo(new VerifyState(true, task.toString()));
    assertThat(state(FIRST))
        .as("nothing is said of what was not read to its end")
        .isNull();

    Upid next = request(everything(true));
    assertThat(end(next)).isEqualTo("OK");
    assertThat(log(next))
        .contains("SKIPPED: verify st1:" + SECOND + " (recently verified)", "verify st1:" + FIRST)
        .anyMatch(line -> line.endsWith("/0.78 MiB in S (0 errors)")); // all of it is read again
    assertThat(state(FIRST)).isEqualTo(new VerifyState(true, next.toString()));
  }

  private boolean isVerified(String snapshot) {
    try {
      return state(snapshot) != null;
    } catch (IOException beingWritten) {
      return false;
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void proofsOfDeletedChunksAreForgottenThoughNoScrubRuns() throws Exception {
    stores.backup("st1", FIRST, 1);
    stop();
    Path directory = stores.state().resolve("verify").resolve("st1");
    Digest here = Digest.parse(String.valueOf(stores.chunk("st1", 1).getFileName()));
    var before = new ChunkProofs(directory);
    for (int i = 0; i < 20; i++) before.proved(new Digest(here.a() ^ (i + 1), 0, 0, 0), 1000);
    before.save();
    start();
    assertThat(verify(everything(true))).isEqualTo("OK");
    verifiers.close();
    var after = new ChunkProofs(directory);
    assertThat(after.load()).isEmpty();
    assertThat(after.when(here)).isPositive();
    for (int i = 0; i < 20; i++) {
      assertThat(after.when(new Digest(here.a() ^ (i + 1), 0, 0, 0))).isZero();
    }
  }

  @Test
  void theScrubGoesOnWhereTheProcessBeforeWas() throws Exception {
    int[] contents = IntStream.rangeClosed(1, 40).toArray();
    stores.backup("st1", FIRST, contents);
    for (int content : contents) damage(content);
    stop();
    Path directory = stores.state().resolve("verify").resolve("st1");
    var before = new ChunkProofs(directory);
    for (int i = 0; i < 0x8000; i++) before.scrubbed(i, StoreVerifier.now(), Set.of());
    before.save();
    stores.configure("st1", "", "\tscrub-rate 1000\n");
    start();
    await().atMost(SOON).until(() -> {
      var state = verifiers.of("st1").scrub().state();
      return state.configured() && !state.running();
    });
    for (int content : contents) {
      boolean ahead = stores.chunk("st1", content).getFileName().toString().compareTo("8") > 0;
      assertThat(Files.exists(bad(content, 0))).as("chunk %d", content).isEqualTo(ahead);
    }
  }

  @Test
  void theScrubFindsWhatIsCorruptAndGoesOnAfterARestart() throws Exception {
    stores.backup("st1", FIRST, 1, 2, 3);
    damage(2);
    stores.configure("st1", "", "\tscrub-rate 1000\n");
    await().atMost(SOON).until(() -> Files.exists(bad(2, 0)));
    await().atMost(SOON).until(() -> {
      var state = verifiers.of("st1").scrub().state();
      return state.configured() && !state.running();
    });
    assertThat(verifiers.of("st1").scrub().state().done()).isEqualTo(1);
    assertThat(state(FIRST)).as("the scrub judges chunks, not snapshots").isNull();
    verifiers.close();
    var proofs = new ChunkProofs(stores.state().resolve("verify").resolve("st1"));
    assertThat(proofs.load()).isEmpty();
    assertThat(proofs.scrubbedSince(1)).isEqualTo(1);
    assertThat(stores.chunks("st1", 3)).containsExactly(1, 3);
  }
}
