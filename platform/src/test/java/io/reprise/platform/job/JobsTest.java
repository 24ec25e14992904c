package io.reprise.platform.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.OtherProcess;
import io.reprise.datastore.calendar.CalendarEvent;
import io.reprise.datastore.json.Json;
import io.reprise.platform.event.Event;
import io.reprise.platform.event.Events;
import io.reprise.platform.event.Topic;
import io.reprise.platform.event.Transport;
import io.reprise.platform.event.Truth;
import io.reprise.platform.task.TaskEnd;
import io.reprise.platform.task.Tasks;
import io.reprise.platform.task.Upid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs on a real state directory, done by several runners, some of them killed. */
class JobsTest {
  private static final AuthId WHO = AuthId.parse("admin@pbs");
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir
  Path state;

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) each.close();
  }

  private Jobs jobs(String replica) throws IOException {
    return jobs(replica, Clock.systemUTC());
  }

  /** As another process has them. */
  private Jobs jobs(String replica, Clock clock) throws IOException {
    return new Jobs(
        new Tasks(state.resolve("tasks"), "host1"),
        new JobStates(state, clock),
        new Leases(state, replica, clock),
        new Requests(state),
        clock);
  }

  private JobRunner runner(Jobs jobs, JobKind kind) {
    var runner = new JobRunner(jobs, List.of(kind));
    open.addFirst(runner);
    return runner;
  }

  /** Without a broker; nothing is ever sent. */
  private Events events() {
    var events = new Events(
        state.resolve("outbox"),
        "r",
        "host1",
        new Transport() {
          @Override
          public void connect() throws IOException {
            throw new IOException("no broker");
          }

          @Override
          public CompletionStage<Void> send(Event event) {
            throw new AssertionError();
          }
        },
        event -> Truth.Verdict.SEND);
    open.add(events);
    return events;
  }

  private static Jobs.Order collection(String store) {
    return new Jobs.Order(
        JobType.GARBAGE_COLLECTION, store, store, "starting garbage collection on " + store, WHO);
  }

  private static List<String> log(Jobs jobs, Upid upid) throws IOException {
    return jobs.tasks().log(upid, 0, 0).lines().stream()
        .map(line -> line.substring(line.indexOf(": ") + 2))
        .toList();
  }

  private static TaskEnd ended(Jobs jobs, Upid upid) {
    await().atMost(SOON).until(() -> jobs.tasks().end(upid) != null);
    return jobs.tasks().end(upid);
  }

  @Test
  void workThatIsAskedForHasATaskAtOnceAndIsDoneByOneOfTwoReplicas() throws Exception {
    Jobs rest = jobs("rest");
    Upid upid = rest.request(collection("s1"), events());
    assertThat(rest.tasks().end(upid)).as("it waits, so it runs").isNull();
    assertThat(log(rest, upid)).containsExactly("starting garbage collection on s1");
    assertThat(Files.list(state.resolve("outbox/r")).map(Path::toString))
        .as("its event waits for a broker")
        .anyMatch(name -> name.endsWith(".json"));

    TestKind one = TestKind.quick();
    TestKind two = TestKind.quick();
    JobRunner first = runner(jobs("a"), one);
    JobRunner second = runner(jobs("b"), two);
    first.start();
    second.start();

    assertThat(ended(rest, upid).status()).isEqualTo("OK");
    await().atMost(SOON).until(() -> rest.requests().pending().isEmpty());
    assertThat(one.runs.get() + two.runs.get()).isEqualTo(1);
    assertThat(log(rest, upid))
        .containsExactly("starting garbage collection on s1", "worked", "TASK OK");
    assertThat(rest.states().last(JobType.GARBAGE_COLLECTION, "s1"))
        .isInstanceOfSatisfying(
            LastRun.Finished.class, run -> assertThat(run.task()).isEqualTo(upid));
  }

  @Test
  void aJobThatWaitsOrRunsCannotBeAskedForAgain() throws Exception {
    Jobs rest = jobs("rest");
    rest.request(collection("s1"), events());
    assertThatThrownBy(() -> rest.request(collection("s1"), events()))
        .isInstanceOf(JobRunning.class)
        .hasMessageContaining("'s1' is running already");
    Jobs jobs = jobs("a");
    TestKind kind = TestKind.held();
    runner(jobs, kind).startRequests();
    await().atMost(SOON).until(() -> kind.runs.get() == 1);
    assertThatThrownBy(() -> rest.request(collection("s1"), events()))
        .isInstanceOf(JobRunning.class);
    rest.request(collection("s2"), events());
    kind.go.countDown();
    await().atMost(SOON).until(() -> rest.requests().pending().size() == 1);
    rest.request(collection("s1"), events());
  }

  @Test
  void whoSeesATaskEndedCanAskAgainAtOnceAndTheNextRunWaitsForTheLease() throws Exception {
    Jobs rest = jobs("rest");
    Upid first = rest.request(collection("s1"), events());
    // A runner that has ended the log, and not yet the request.
    Jobs a = jobs("a");
    Lease lease = a.leases().tryAcquire("garbage_collection-s1");
    var pbs = a.states().tryLock(JobType.GARBAGE_COLLECTION, "s1");
    a.requests().update(a.requests().pending().getFirst().begun(first));
    a.tasks().resume(first).succeed();
    assertThat(rest.tasks().end(first).status()).isEqualTo("OK");

    Upid second = rest.request(collection("s1"), events());
    assertThatThrownBy(() -> rest.request(collection("s1"), events()))
        .isInstanceOf(JobRunning.class);
    TestKind kind = TestKind.quick();
    JobRunner b = runner(jobs("b"), kind);
    b.startRequests();
    assertThat(kind.runs).as("the lease is held").hasValue(0);
    pbs.close();
    lease.close();
    b.startRequests();
    assertThat(ended(rest, second).status()).isEqualTo("OK");
    await().atMost(SOON).until(() -> rest.requests().pending().isEmpty());
    assertThat(kind.runs).as("what has ended is not done again").hasValue(1);
    assertThat(log(rest, first)).containsExactly("starting garbage collection on s1", "TASK OK");
  }

  @Test
  void aJobIsAskedForAgainAndAgainAsSoonAsItHasEndedAndNeverRunsTwiceAtATime() throws Exception {
    Jobs rest = jobs("rest");
    Events events = events();
    TestKind kind = TestKind.quick();
    List<JobRunner> runners = List.of(runner(jobs("a"), kind), runner(jobs("b"), kind));
    runners.forEach(JobRunner::start);
    for (int i = 0; i < 40; i++) {
      Upid upid = rest.request(collection("s1"), events);
      runners.forEach(JobRunner::wake);
      await()
          .atMost(SOON)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(() -> rest.tasks().end(upid) != null);
    }
    await().atMost(SOON).until(() -> rest.requests().pending().isEmpty());
    assertThat(kind.runs).hasValue(40);
    assertThat(kind.atOnce).hasValue(1);
  }

  @Test
  void aMissedTimeIsCaughtUpOnceAndTheLogNamesTheSchedule() throws Exception {
    Instant monday = Instant.parse("2026-11-23T12:00:00Z");
    jobs("x", Clock.fixed(monday, ZoneOffset.UTC))
        .states()
        .created(JobType.GARBAGE_COLLECTION, "s1");
    Jobs friday = jobs("a", Clock.fixed(monday.plus(Duration.ofDays(4)), ZoneOffset.UTC));
    TestKind kind = TestKind.quick();
    kind.scheduled.add(new JobKind.Scheduled("s1", CalendarEvent.parse("daily")));
    JobRunner runner = runner(friday, kind);
    runner.startDue();
    await().atMost(SOON).until(() -> friday.requests().pending().isEmpty());
    runner.startDue();
    assertThat(friday.requests().pending()).isEmpty();
    assertThat(kind.runs).hasValue(1);
    var run = (LastRun.Finished) friday.states().last(JobType.GARBAGE_COLLECTION, "s1");
    assertThat(log(friday, run.task()))
        .containsExactly("begins", "task triggered by schedule 'daily'", "worked", "TASK OK");
    assertThat(run.task().authId()).hasToString("root@pam");
  }

  @Test
  void twoSchedulersThatSeeTheSameMinuteRunAShortJobOnce() throws Exception {
    Jobs years = jobs("x", Clock.offset(Clock.systemUTC(), Duration.ofDays(-800)));
    TestKind kind = TestKind.quick();
    for (int i = 0; i < 20; i++) {
      kind.scheduled.add(new JobKind.Scheduled("s" + i, CalendarEvent.parse("yearly")));
      years.states().created(JobType.GARBAGE_COLLECTION, "s" + i);
    }
    var schedulers = new ArrayList<Thread>();
    for (String name : List.of("a", "b", "c")) {
      JobRunner runner = runner(jobs(name), kind);
      schedulers.add(Thread.ofPlatform().start(() -> {
        try {
          runner.startDue();
          runner.startDue();
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }));
    }
    for (Thread scheduler : schedulers) scheduler.join();
    await().atMost(SOON).until(() -> years.requests().pending().isEmpty());
    assertThat(kind.runs).hasValue(20);
  }

  @Test
  void theSameEventMakesOneFileEvenAfterItIsDone() throws Exception {
    Jobs jobs = jobs("a");
    TestKind kind = TestKind.quick();
    JobRunner runner = runner(jobs, kind);
    var requests = new RequestEvents(jobs, () -> {});
    for (int i = 0; i < 3; i++) {
      requests.accept(
          Topic.GC_REQUESTED, "pipeline 7/ä", Instant.now(), Json.object().put("name", "s1"));
    }
    assertThat(jobs.requests().pending()).hasSize(1);
    runner.startRequests();
    await().atMost(SOON).until(() -> jobs.requests().pending().isEmpty());
    requests.accept(
        Topic.GC_REQUESTED, "pipeline 7/ä", Instant.now(), Json.object().put("name", "s1"));
    assertThat(jobs.requests().pending()).isEmpty();
    requests.accept(
        Topic.GC_REQUESTED,
        "old",
        Instant.now().minus(Duration.ofDays(30)),
        Json.object().put("name", "s1"));
    assertThat(jobs.requests().pending())
        .as("nobody remembers whether it was done")
        .isEmpty();
    assertThat(kind.runs).hasValue(1);
  }

  @Test
  void anEventThatAsksForNothingThatThereIsIsRefused() throws Exception {
    var requests = new RequestEvents(jobs("a"), () -> {});
    for (var data : List.of(
        Json.object(),
        Json.object().put("name", "../x"),
        Json.object().put("name", "s1").put("type", "prunejob"),
        Json.object().put("name", "s1").put("by", "nobody"))) {
      assertThatThrownBy(() -> requests.accept(Topic.GC_REQUESTED, "e", Instant.now(), data))
          .as(data.toString())
          .isInstanceOf(BadFormat.class);
    }
  }

  @Test
  void aProcessThatIsKilledLeavesItsTaskToTheNext() throws Exception {
    Jobs rest = jobs("rest");
    Upid upid = rest.request(collection("s1"), events());
    Process victim =
        OtherProcess.java(KilledRunner.class, List.of(state.toString())).start();
    try {
      await()
          .atMost(SOON)
          .until(() ->
              rest.states().last(JobType.GARBAGE_COLLECTION, "s1") instanceof LastRun.Started);
      assertThat(rest.leases().holder("garbage_collection-s1").owner()).contains("victim");
    } finally {
      victim.destroyForcibly().waitFor();
    }
    assertThat(rest.tasks().end(upid)).as("somebody will go on").isNull();
    runner(jobs("b"), TestKind.quick()).startRequests();
    assertThat(ended(rest, upid).status()).isEqualTo("OK");
    assertThat(log(rest, upid))
        .containsExactly(
            "starting garbage collection on s1",
            "going on: the process that did this has died",
            "worked",
            "TASK OK");
  }

  @Test
  void workThatKillsEveryProcessIsGivenUp() throws Exception {
    Jobs jobs = jobs("a");
    Upid upid = jobs.request(collection("s1"), events());
    JobRequest request = jobs.requests().pending().getFirst();
    for (int i = 0; i < 3; i++) request = request.begun(upid);
    jobs.requests().update(request);
    TestKind kind = TestKind.quick();
    runner(jobs, kind).startRequests();
    assertThat(ended(jobs, upid).status()).startsWith("given up: 3 processes have died of it");
    assertThat(kind.runs).hasValue(0);
  }

  @Test
  void aBrokenLeaseStopsItsHolderAndTheNextGoesOn() throws Exception {
    Jobs rest = jobs("rest");
    Upid upid = rest.request(collection("s1"), events());
    TestKind hanging = TestKind.held();
    runner(jobs("a"), hanging).startRequests();
    await().atMost(SOON).until(() -> hanging.runs.get() == 1);

    rest.leases().breakOff("garbage_collection-s1");
    JobRunner next = runner(jobs("b"), TestKind.quick());
    // PBS's lock ends with the work of the one that lost its lease.
    await().atMost(SOON).until(() -> {
      next.startRequests();
      return rest.tasks().end(upid) != null;
    });
    assertThat(rest.tasks().end(upid).status()).isEqualTo("OK");
  }

  @Test
  void aTaskIsStoppedFromAnotherProcess() throws Exception {
    Jobs rest = jobs("rest");
    Upid upid = rest.request(collection("s1"), events());
    TestKind kind = TestKind.held();
    runner(jobs("a"), kind).startRequests();
    await().atMost(SOON).until(() -> kind.runs.get() == 1);
    assertThat(rest.tasks().abort(upid)).isTrue();
    assertThat(ended(rest, upid).status()).isEqualTo("abort requested - aborting task");
    assertThat(state.resolve("tasks/stop")).isEmptyDirectory();
  }

  @Test
  void whenTheServiceStopsItsTasksEndAndSayWhy() throws Exception {
    Jobs jobs = jobs("a");
    Upid upid = jobs.request(collection("s1"), events());
    TestKind kind = TestKind.held();
    var runner = new JobRunner(jobs, List.of(kind));
    runner.start();
    await().atMost(SOON).until(() -> kind.runs.get() == 1);
    runner.close();
    assertThat(jobs.tasks().end(upid).status())
        .isEqualTo("Server shutdown requested - aborting task");
  }

  @Test
  void anUnreadableRequestIsSetAside() throws Exception {
    Jobs jobs = jobs("a");
    Files.writeString(state.resolve("requests/bad.json"), "{");
    jobs.request(collection("s1"), events());
    assertThat(jobs.requests().pending()).hasSize(1);
    assertThat(state.resolve("requests/bad.refused")).hasContent("{");
  }

  static Stream<String> states() {
    String upid = "UPID:vm:000071B9:000B2D6D:00000025:6B03DA8B:garbage_collection:s1:root@pam:";
    return Stream.of(
        "{\"created\":{\"time\":1795414740}}",
        "{\"started\":{\"upid\":\"" + upid + "\"}}",
        "{\"finished\":{\"upid\":\"" + upid
            + "\",\"state\":{\"OK\":{\"endtime\":1795414850}},\"updated\":null}}",
        "{\"finished\":{\"upid\":\"" + upid
            + "\",\"state\":{\"Warning\":{\"count\":3,\"endtime\":1795414850}},\"updated\":1795414760}}",
        "{\"finished\":{\"upid\":\"" + upid
            + "\",\"state\":{\"Error\":{\"message\":\"no space\",\"endtime\":1795414850}},\"updated\":null}}",
        "{\"finished\":{\"upid\":\"" + upid
            + "\",\"state\":{\"Unknown\":{\"endtime\":1795414850}},\"updated\":null}}");
  }

  @Test
  void everyFormOfPbsStateIsReadAndWrittenAsItIs() throws Exception {
    for (String text : states().toList()) {
      LastRun run = LastRun.parse(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), "f");
      assertThat(new String(Json.compact(run.toJson()), java.nio.charset.StandardCharsets.UTF_8))
          .isEqualTo(text);
    }
  }

  @Test
  void theNextRunIsShownFromTheEndAndAChangedScheduleFromItsChange() throws Exception {
    Jobs jobs = jobs("a");
    Path file = state.resolve("jobstates/garbage_collection-s1.json");
    CalendarEvent hourly = CalendarEvent.parse("*:0/10 UTC");
    List<String> states = states().toList();
    Files.writeString(file, states.get(2));
    JobStatus status = jobs.status(JobType.GARBAGE_COLLECTION, "s1", hourly);
    assertThat(status.addTo(Json.object()).toString())
        .isEqualTo("{\"next-run\":1795415400,\"last-run-upid\":"
            + "\"UPID:vm:000071B9:000B2D6D:00000025:6B03DA8B:garbage_collection:s1:root@pam:\","
            + "\"last-run-state\":\"OK\",\"last-run-endtime\":1795414850}");
    Files.writeString(file, states.get(3));
    assertThat(jobs.status(JobType.GARBAGE_COLLECTION, "s1", hourly).lastEnd().status())
        .isEqualTo("WARNINGS: 3");
  }

  @Test
  void aLeaseIsHeldByOneAndItsEpochOnlyGrows() throws Exception {
    var leases = new Leases(state, "a");
    Lease first = leases.tryAcquire("x");
    assertThat(new Leases(state, "b").tryAcquire("x")).isNull();
    assertThat(leases.holder("x").owner()).startsWith("replica a (process ");
    first.close();
    assertThat(leases.holder("x")).isNull();
    try (Lease second = leases.tryAcquire("x")) {
      assertThat(second.epoch()).isGreaterThan(first.epoch());
      assertThat(second.previousEpoch()).isEqualTo(first.epoch());
    }
    Files.delete(state.resolve("jobs/x.epoch"));
    try (Lease third = leases.tryAcquire("x")) {
      assertThat(third.epoch()).isGreaterThan(first.epoch());
      assertThat(third.previousEpoch()).isZero();
    }
  }
}
