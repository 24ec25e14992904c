package io.reprise.gc.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.OtherProcess;
import io.reprise.platform.job.JobKind;
import io.reprise.platform.job.JobType;
import io.reprise.platform.job.Jobs;
import io.reprise.platform.job.LastRun;
import io.reprise.platform.task.Upid;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs of prune.cfg on a real datastore: what a PBS 3.2.4 logs and keeps was seen beside the same snapshots. */
class PruneJobTest {
  private static final AuthId ROOT = AuthId.parse("root@pam");
  private static final String[] TIMES = {
    "2024-02-01T12:00:00Z", "2024-02-02T12:00:00Z", "2024-02-03T08:30:00Z", "2024-02-03T20:00:00Z"
  };

  @TempDir
  Path root;

  private PruneSite site;

  @BeforeEach
  void prepare() throws Exception {
    site = new PruneSite(root);
    site.snapshots("", "vm/100", TIMES);
    site.snapshots("ns/a/", "vm/101", TIMES);
    site.snapshots("ns/a/ns/b/", "host/h1", TIMES);
  }

  @AfterEach
  void close() throws Exception {
    site.close();
  }

  @Test
  void aJobLogsAndKeepsWhatAPbsDoes() throws Exception {
    site.prune("prune: job1\n\tkeep-last 2\n\tschedule daily\n\tstore st1\n");
    Files.createFile(
        site.stores.base("st1").resolve("vm/100").resolve(TIMES[0]).resolve(".protected"));
    Files.createDirectory(
        site.stores.base("st1").resolve("vm/100").resolve("2024-02-04T00:00:00Z"));
    site.start();
    assertThat(site.run("job1", ROOT))
        .containsExactly(
            "prune job 'job1'",
            "Starting datastore prune on datastore 'st1', root namespace, down to full depth",
            "retention options: --keep-last 2",
            "Pruning group :\"vm/100\"",
            "protected vm/100/2024-02-01T12:00:00Z",
            "remove vm/100/2024-02-02T12:00:00Z",
            "keep vm/100/2024-02-03T08:30:00Z",
            "keep vm/100/2024-02-03T20:00:00Z",
            "keep-partial vm/100/2024-02-04T00:00:00Z",
            "Pruning group a:\"vm/101\"",
            "remove vm/101/2024-02-01T12:00:00Z",
            "remove vm/101/2024-02-02T12:00:00Z",
            "keep vm/101/2024-02-03T08:30:00Z",
            "keep vm/101/2024-02-03T20:00:00Z",
            "Pruning group a/b:\"host/h1\"",
            "remove host/h1/2024-02-01T12:00:00Z",
            "remove host/h1/2024-02-02T12:00:00Z",
            "keep host/h1/2024-02-03T08:30:00Z",
            "keep host/h1/2024-02-03T20:00:00Z",
            "TASK OK");
    assertThat(site.left("vm/100"))
        .containsExactly(TIMES[0], TIMES[2], TIMES[3], "2024-02-04T00:00:00Z");
    assertThat(site.left("ns/a/vm/101")).containsExactly(TIMES[2], TIMES[3]);
    assertThat(site.events("snapshot-removed")).hasSize(5);
    assertThat(site.pruned).containsExactly("st1");
    assertThat(site.jobs.states().last(JobType.PRUNE, "job1")).isInstanceOf(LastRun.Finished.class);
  }

  @Test
  void aJobOfANamespaceGoesNoDeeperThanItIsTold() throws Exception {
    site.prune(
        "prune: job2\n\tdisable true\n\tkeep-daily 1\n\tmax-depth 0\n\tns a\n\tschedule daily\n\tstore st1\n");
    site.start();
    assertThat(site.run("job2", ROOT))
        .startsWith(
            "prune job 'job2'",
            "Starting datastore prune on datastore 'st1', namespace 'a', non-recursive",
            "retention options: --ns a --max-depth 0 --keep-daily 1",
            "Pruning group a:\"vm/101\"")
        .endsWith("keep vm/101/2024-02-03T20:00:00Z", "TASK OK");
    assertThat(site.left("ns/a/vm/101")).containsExactly(TIMES[3]);
    assertThat(site.left("vm/100")).hasSize(4);
    assertThat(site.left("ns/a/ns/b/host/h1")).hasSize(4);
  }

  @Test
  void oneWhoMayPruneOnlyItsOwnGroupsPrunesNoOthers() throws Exception {
    site.prune("prune: job1\n\tkeep-last 1\n\tschedule daily\n\tstore st1\n");
    site.snapshots("", "vm/102", TIMES);
    Files.writeString(site.stores.base("st1").resolve("vm/102/owner"), "other@pbs\n");
    Files.writeString(
        site.stores.config().resolve("acl.cfg"),
        "acl:0:/datastore/st1:backup@pbs:DatastorePowerUser\n");
    site.start();
    assertThat(site.run("job1", PruneSite.OWNER)).doesNotContain("Pruning group :\"vm/102\"");
    assertThat(site.left("vm/100")).hasSize(1);
    assertThat(site.left("vm/102")).hasSize(4);
    assertThat(site.left("ns/a/vm/101")).as("no right in that namespace").hasSize(4);
  }

  @Test
  void whileAPbsCollectsGarbageAJobWaits() throws Exception {
    site.prune("prune: job1\n\tkeep-last 1\n\tmax-depth 0\n\tschedule daily\n\tstore st1\n");
    site.start();
    try (var pbs = OtherProcess.start()) {
      assertThat(pbs.recordLock(site.stores.base("st1").resolve(".lock"), false))
          .isTrue();
      Upid upid = site.jobs.request(
          new Jobs.Order(JobType.PRUNE, "job1", "st1", "prune job 'job1'", ROOT), site.events);
      await()
          .untilAsserted(() -> assertThat(site.jobs.tasks().log(upid, 0, 0).lines())
              .anyMatch(line -> line.contains("waiting: a Proxmox Backup Server")));
      assertThat(site.left("vm/100")).hasSize(4);
      pbs.release();
      assertThat(site.end(upid)).endsWith("TASK OK");
      assertThat(site.left("vm/100")).containsExactly(TIMES[3]);
    }
  }

  @Test
  void aGroupThatCannotBeReadIsAWarningAndTheOthersArePruned() throws Exception {
    site.prune("prune: job1\n\tkeep-last 1\n\tschedule daily\n\tstore st1\n");
    Files.writeString(site.stores.base("st1").resolve("vm/100/owner"), "no user id at all\n");
    site.start();
    List<String> log = site.run("job1", ROOT);
    assertThat(log).anyMatch(line -> line.startsWith("WARN: group :\"vm/100\" stays as it is"));
    assertThat(log).endsWith("TASK WARNINGS: 1");
    assertThat(site.left("vm/100")).hasSize(4);
    assertThat(site.left("ns/a/vm/101")).hasSize(1);
  }

  @Test
  void whatIsNotThereIsSaid() throws Exception {
    site.prune("prune: job1\n\tkeep-last 1\n\tns gone\n\tschedule daily\n\tstore st1\n\n"
        + "prune: job2\n\tkeep-last 1\n\tschedule daily\n\tstore nowhere\n");
    site.start();
    assertThat(site.run("job1", ROOT)).last().asString().contains("no such namespace");
    assertThat(site.run("job2", ROOT)).last().asString().contains("datastore").contains("nowhere");
  }

  @Test
  void disabledJobsAndThoseThatKeepAllHaveNoSchedule() throws Exception {
    site.prune("prune: job1\n\tkeep-last 1\n\tschedule mon 02:00\n\tstore st1\n\n"
        + "prune: job2\n\tdisable true\n\tkeep-last 1\n\tschedule daily\n\tstore st1\n\n"
        + "prune: job3\n\tschedule daily\n\tstore st1\n");
    assertThat(site.kind().scheduled()).map(JobKind.Scheduled::name).containsExactly("job1");
  }

  @Test
  void aMissedRunIsCaughtUpOnce() throws Exception {
    site.prune("prune: job1\n\tkeep-last 1\n\tschedule daily\n\tstore st1\n");
    Files.writeString(
        site.stores.state().resolve("jobstates/prunejob-job1.json"),
        "{\"created\":{\"time\":%d}}"
            .formatted(Instant.now().minus(Duration.ofDays(3)).getEpochSecond()));
    site.start();
    await()
        .atMost(Duration.ofSeconds(120))
        .until(() -> site.jobs.states().last(JobType.PRUNE, "job1") instanceof LastRun.Finished);
    var run = (LastRun.Finished) site.jobs.states().last(JobType.PRUNE, "job1");
    assertThat(site.end(run.task())).contains("task triggered by schedule 'daily'");
    assertThat(site.left("vm/100")).hasSize(1);
    var next = site.jobs
        .status(JobType.PRUNE, "job1", site.kind().scheduled().getFirst().schedule())
        .nextRun();
    assertThat(next).isAfter(Instant.now());
  }
}
