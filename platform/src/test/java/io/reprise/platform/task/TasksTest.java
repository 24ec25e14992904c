package io.reprise.platform.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.InvalidName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TasksTest {
  private static final AuthId WHO = AuthId.parse("admin@pbs");

  @TempDir
  Path directory;

  private Tasks tasks;

  @BeforeEach
  void open() throws Exception {
    tasks = new Tasks(directory, "host1");
  }

  @Test
  void anIdIsEscapedAsPbsDoesAndReadBack() {
    String text = "UPID:vm:000071B9:000B2D6D:00000025:6B03DA8B:backup:st1\\x3ahost-vn:admin@pbs:";
    Upid upid = Upid.parse(text);
    assertThat(upid.workerId()).isEqualTo("st1:host/vn");
    assertThat(upid.authId()).isEqualTo(WHO);
    assertThat(upid).hasToString(text);
    var odd = new Upid("h", 1, 2, 3, 4, "t", ".a-b é/c", WHO);
    assertThat(odd.toString()).contains(":\\x2ea\\x2db\\x20\\xc3\\xa9-c:");
    assertThat(Upid.parse(odd.toString())).isEqualTo(odd);
    for (String bad : List.of(
        "", "UPID:", text + "x", text.replace("vm", "../vm"), text.replace("backup", "a/b"))) {
      assertThatThrownBy(() -> Upid.parse(bad)).isInstanceOf(InvalidName.class);
    }
  }

  @Test
  void whoStopsWaitsForTasksThatListenAndEndsTheOthers() throws Exception {
    var ready = new CountDownLatch(1);
    Upid listening = tasks.spawn("prune", "s1", WHO, task -> {
      ready.countDown();
      while (true) {
        task.checkAbort();
        LockSupport.parkNanos(1_000_000);
      }
    });
    Upid deaf = tasks.start("verify", "s1", WHO).upid();
    ready.await();

    tasks.stop(Duration.ofMillis(300));

    assertThat(tasks.running()).isEmpty();
    assertThat(tasks.end(listening).status()).isEqualTo(new TaskAborted().getMessage());
    assertThat(tasks.end(deaf).status()).contains("the server stopped");
    assertThat(Files.readString(directory.resolve("active"))).isEmpty();
  }

  @Test
  void aTaskIsListedAsRunningThenAsEnded() throws Exception {
    Task task = tasks.start("backup", "s1:vm/100", WHO);
    task.log("first\nsecond");
    assertThat(list().getFirst().end()).isNull();
    assertThat(tasks.end(task.upid())).isNull();

    task.succeed();

    assertThat(list())
        .singleElement()
        .satisfies(e -> assertThat(e.end().status()).isEqualTo("OK"));
    assertThat(Files.readString(directory.resolve("active"))).isEmpty();
    assertThat(Files.readString(directory.resolve("archive")))
        .startsWith(task.upid().toString())
        .endsWith(" OK\n");
    LogPage log = tasks.log(task.upid(), 0, 50);
    assertThat(log.total()).isEqualTo(3);
    assertThat(log.lines().get(0))
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d[+-]\\d\\d:\\d\\d: first");
    assertThat(log.lines().get(1)).isEqualTo("second");
    assertThat(log.lines().get(2)).endsWith(": TASK OK");
    assertThat(tasks.log(task.upid(), 2, 1).lines()).containsExactly("second");
  }

  @Test
  void warningsAreCountedAndAnErrorIsMoreThanTheyAre() throws Exception {
    Task warned = tasks.start("prune", "s1", WHO);
    warned.warn("one");
    warned.warn("two");
    warned.succeed();
    assertThat(tasks.end(warned.upid()).status()).isEqualTo("WARNINGS: 2");
    Task failed = tasks.start("prune", "s1", WHO);
    failed.warn("one");
    failed.fail("it broke\nbadly");
    assertThat(tasks.end(failed.upid()).kind()).isEqualTo(TaskEnd.Kind.ERROR);
    assertThat(list().getFirst().end().status()).isEqualTo("it broke badly");
  }

  @Test
  void aTaskOfAProcessThatIsGoneEndsAsUnknownOnce() throws Exception {
    var dead = new Upid("host1", 0x7ffffff0, 1, 0, 1000, "backup", "s1:vm/1", WHO);
    Files.writeString(directory.resolve("active"), dead + "\n");
    assertThat(list())
        .singleElement()
        .satisfies(e -> assertThat(e.end()).isEqualTo(new TaskEnd(1000, "unknown")));
    assertThat(list()).hasSize(1);
    assertThat(Files.readAllLines(directory.resolve("archive")))
        .containsExactly(dead + " 000003E8 unknown");
  }

  @Test
  void tasksOfOtherLivingProcessesAndHostsStayAsTheyAre() throws Exception {
    long parent = ProcessHandle.current().parent().orElseThrow().pid();
    long start = ProcessIdentity.startOf(parent).orElseThrow();
    var neighbour = new Upid("host1", parent, start, 0, 1000, "backup", "s1:vm/1", WHO);
    var elsewhere = new Upid("host2", 1, 1, 0, 1001, "backup", "s1:vm/2", WHO);
    Path log = directory.resolve("01").resolve(elsewhere.toString());
    Files.createDirectories(log.getParent());
    Files.writeString(log, "2026-11-23T06:17:47+00:00: starting\n");
    var neverBegan = new Upid("host2", 1, 1, 1, 1001, "backup", "s1:vm/3", WHO);
    Files.writeString(
        directory.resolve("active"),
        neighbour + "\n" + elsewhere + "\n" + neverBegan + "\nnonsense\n");
    tasks.start("prune", "s1", WHO).succeed();
    assertThat(Files.readAllLines(directory.resolve("active")))
        .containsExactly(neighbour.toString(), elsewhere.toString());
  }

  @Test
  void whoAsksForTheEndOfATaskIsHeardOnce() throws Exception {
    Task task = tasks.start("backup", "s1:vm/100", WHO);
    var told = new AtomicInteger();
    task.onAbort(told::incrementAndGet);
    assertThat(tasks.abort(task.upid())).isTrue();
    assertThat(tasks.abort(task.upid())).isTrue();
    task.onAbort(told::incrementAndGet); // too late to wait: run at once
    assertThat(told).hasValue(2);
    assertThatThrownBy(task::checkAbort).isInstanceOf(TaskAborted.class);
    task.fail("task aborted");
    assertThat(tasks.log(task.upid(), 0, 0).lines())
        .filteredOn(line -> line.contains("received abort request"))
        .hasSize(1);
    assertThat(tasks.abort(task.upid())).isFalse();
  }

  @Test
  void aListIsFilteredAndPaged() throws Exception {
    for (int i = 0; i < 5; i++)
      tasks.start(i % 2 == 0 ? "backup" : "prune", "s" + i % 2, WHO).succeed();
    Task running = tasks.start("backup", "s0", WHO);
    var all = tasks.list(filter(0, 0, null, null));
    assertThat(all.entries()).hasSize(6);
    assertThat(all.entries().getFirst().upid()).isEqualTo(running.upid());
    assertThat(tasks.list(filter(0, 0, null, "prune")).entries()).hasSize(2);
    assertThat(tasks.list(filter(0, 0, false, "backup")).entries()).hasSize(3);
    var page = tasks.list(filter(1, 2, null, null));
    assertThat(page.entries()).isEqualTo(all.entries().subList(1, 3));
    assertThat(page.total()).isEqualTo(4); // one more than start and limit: there is more
    running.succeed();
  }

  @Test
  void aLargeArchiveIsSetAsideAndStillListed() throws Exception {
    var line = new Upid("host1", 1, 1, 0, 1000, "backup", "s1:vm/1", WHO) + " 000003E8 OK\n";
    for (int round = 0; round < 3; round++) {
      Files.writeString(directory.resolve("archive"), line.repeat(524_288 / line.length() + 1));
      tasks.rotate(null);
    }
    assertThat(directory.resolve("archive")).doesNotExist();
    assertThat(directory.resolve("archive.1")).exists();
    assertThat(directory.resolve("archive.2.zst")).exists();
    assertThat(directory.resolve("archive.3.zst")).exists();
    assertThat(tasks.list(filter(0, 0, null, null)).entries())
        .hasSize(3 * (524_288 / line.length() + 1));
  }

  private List<TaskEntry> list() throws Exception {
    return tasks.list(filter(0, 0, null, null)).entries();
  }

  private static TaskFilter filter(long start, long limit, Boolean running, String type) {
    return new TaskFilter(
        start, limit, running, Set.of(), null, type, null, null, null, upid -> true);
  }
}
