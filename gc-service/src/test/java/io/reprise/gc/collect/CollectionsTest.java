package io.reprise.gc.collect;

import static io.reprise.gc.collect.Replicas.DAY;
import static io.reprise.gc.collect.Replicas.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.OtherProcess;
import io.reprise.datastore.json.Json;
import io.reprise.gc.TestStores;
import io.reprise.platform.job.JobType;
import io.reprise.platform.job.Jobs;
import io.reprise.platform.task.Upid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Owners, passes and full collections over a real datastore, without a broker. */
class CollectionsTest {
  private static final String FIRST = "vm/100/2026-11-20T00:00:00Z";
  private static final String SECOND = "vm/100/2026-11-21T00:00:00Z";

  @TempDir
  Path root;

  private Replicas replicas;
  private TestStores stores;
  private Jobs jobs;

  @BeforeEach
  void prepare() throws Exception {
    replicas = new Replicas(root);
    stores = replicas.stores;
    jobs = replicas.jobs;
  }

  @AfterEach
  void close() throws Exception {
    replicas.close();
  }

  @Test
  void whatOnlyARemovedSnapshotUsedGoesByItself() throws Exception {
    stores.backup("st1", FIRST, 1, 2, 3);
    stores.backup("st1", SECOND, 2, 3, 4);
    replicas.replica("a", jobs);
    stores.forget("st1", FIRST);
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(stores.chunks("st1", 4)).containsExactly(2, 3, 4));
    assertThat(stores.base("st1").resolve("reprise-removed")).isEmptyDirectory();
    assertThat(outbox())
        .anyMatch(event -> event.contains("io.reprise.snapshot-purged.v1")
            && event.contains("vm/100/2026-11-20T00:00:00Z"));
  }

  private List<String> outbox() throws IOException {
    try (var files = Files.walk(stores.state().resolve("outbox"))) {
      var texts = new ArrayList<String>();
      for (Path file : (Iterable<Path>) files::iterator) {
        if (file.toString().endsWith(".json")) texts.add(Files.readString(file));
      }
      return texts;
    }
  }

  @Test
  void theUndeleteWindowKeepsARemovedSnapshotAndItsChunks() throws Exception {
    stores.configure("st1", "", DAY + "\tundelete-window 3600\n");
    stores.backup("st1", FIRST, 1);
    stores.backup("st1", SECOND, 2);
    stores.forget("st1", FIRST);
    Collections collections = replicas.replica("a", jobs);
    // Several passes go by, and a full collection.
    assertThat(replicas.end(replicas.request())).isEqualTo("OK");
    await().atMost(SOON).until(() -> collections.of("st1").current() != null);
    assertThat(stores.chunks("st1", 2)).containsExactly(1, 2);
    assertThat(stores.base("st1").resolve("reprise-removed")).isNotEmptyDirectory();
  }

  @Test
  void aYoungOrphanWaitsAndTheStatusFileSaysUntilWhen() throws Exception {
    stores.backup("st1", FIRST, 1);
    Files.setLastModifiedTime(
        stores.chunk("st1", 1), java.nio.file.attribute.FileTime.fromMillis(0));
    Files.setAttribute(
        stores.chunk("st1", 1),
        "lastAccessTime",
        java.nio.file.attribute.FileTime.from(java.time.Instant.now()));
    replicas.replica("a", jobs);
    stores.forget("st1", FIRST);
    Path status = stores.state().resolve("status/gc-st1.json");
    await()
        .atMost(SOON)
        .until(() -> Files.exists(status) && Files.readString(status).contains("pending-until"));
    var json = Json.parseObject(Files.readAllBytes(status), "status");
    assertThat(json.path("pending-chunks").asLong()).isEqualTo(1);
    assertThat(json.path("pending-until").asLong())
        .as("a day and five minutes after the last access")
        .isBetween(
            java.time.Instant.now().plusSeconds(86_000).getEpochSecond(),
            java.time.Instant.now().plusSeconds(87_000).getEpochSecond());
    assertThat(stores.chunks("st1", 1)).containsExactly(1);
  }

  @Test
  void aFullCollectionLogsAndLeavesTheStatusAsPbsDoes() throws Exception {
    stores.backup("st1", FIRST, 1, 2, 3);
    stores.backup("st1", "vm/101/2026-11-19T00:00:00Z", 9);
    // As a session that broke off leaves it: in no index.
    Files.move(stores.base("st1").resolve("vm/101/2026-11-19T00:00:00Z"), root.resolve("away"));
    replicas.replica("a", jobs);
    Upid upid = replicas.request();
    assertThat(replicas.end(upid)).isEqualTo("OK");
    assertThat(replicas.log(upid))
        .startsWith(
            "starting garbage collection on store st1",
            "Start GC phase1 (mark used chunks)",
            "marked 100% (1 of 1 index files)",
            "Start GC phase2 (sweep unused chunks)",
            "processed 1% (0 chunks)")
        .contains("Removed chunks: 1", "Original data usage: 12 KiB", "On-Disk chunks: 3")
        .endsWith("TASK OK");
    assertThat(replicas.log(upid).stream().filter(line -> line.startsWith("processed ")))
        .hasSize(99);
    assertThat(stores.chunks("st1", 9)).containsExactly(1, 2, 3);
    var status =
        Json.parseObject(Files.readAllBytes(stores.base("st1").resolve(".gc-status")), "status");
    assertThat(status.fieldNames())
        .toIterable()
        .containsExactly(
            "upid",
            "index-file-count",
            "index-data-bytes",
            "disk-bytes",
            "disk-chunks",
            "removed-bytes",
            "removed-chunks",
            "pending-bytes",
            "pending-chunks",
            "removed-bad",
            "still-bad");
    assertThat(status.path("upid").asText()).isEqualTo(upid.toString());
    assertThat(status.path("index-data-bytes").asLong()).isEqualTo(3 * 4096);
    assertThat(status.path("removed-chunks").asLong()).isEqualTo(1);
  }

  @Test
  void anIndexThatDoesNotParseFailsTheTaskNamesTheFileAndNothingIsDeleted() throws Exception {
    stores.backup("st1", FIRST, 1);
    stores.backup("st1", SECOND, 2);
    stores.forget("st1", FIRST);
    Path bad = stores.base("st1").resolve(SECOND).resolve("drive-scsi1.img.fidx");
    Files.writeString(bad, "no index");
    replicas.replica("a", jobs);
    assertThat(replicas.end(replicas.request())).contains("drive-scsi1.img.fidx");
    assertThat(stores.chunks("st1", 2)).containsExactly(1, 2);
    assertThat(stores.base("st1").resolve(".gc-status")).doesNotExist();
    Files.delete(bad);
    assertThat(replicas.end(replicas.request())).isEqualTo("OK");
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(stores.chunks("st1", 2)).containsExactly(2));
  }

  @Test
  void aMissingChunkIsAWarningThatNamesIndexAndDigest() throws Exception {
    stores.backup("st1", FIRST, 1, 2);
    Files.delete(stores.chunk("st1", 2));
    replicas.replica("a", jobs);
    Upid upid = replicas.request();
    assertThat(replicas.end(upid)).isEqualTo("WARNINGS: 1");
    assertThat(replicas.log(upid))
        .anyMatch(line -> line.startsWith("WARN: warning: unable to access non-existent chunk "
                + stores.chunk("st1", 2).getFileName())
            && line.endsWith(FIRST + "/drive-scsi0.img.fidx\""));
  }

  @Test
  void oneReplicaOwnsTheIndexAndAnotherTakesItOver() throws Exception {
    stores.backup("st1", FIRST, 1, 2);
    stores.backup("st1", SECOND, 2);
    Collections first = replicas.replica("a", jobs);
    await().atMost(SOON).until(() -> first.of("st1") != null && first.of("st1").current() != null);
    Jobs others = replicas.jobs("b");
    Collections second = replicas.replica("b", others);
    await().atMost(SOON).until(() -> second.of("st1") != null);
    Upid upid = replicas.request();
    assertThat(replicas.end(upid)).isEqualTo("OK");
    assertThat(second.of("st1").current()).isNull();
    first.close();
    await().atMost(SOON).until(() -> second.of("st1").current() != null);
    stores.forget("st1", FIRST);
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(stores.chunks("st1", 2)).containsExactly(2));
  }

  @Test
  void aBrokenLeaseMakesTheOwnerLetGo() throws Exception {
    Collections first = replicas.replica("a", jobs);
    await().atMost(SOON).until(() -> first.of("st1") != null && first.of("st1").current() != null);
    StoreCollection before = first.of("st1").current();
    jobs.leases().breakOff(Owner.lease("st1"));
    await()
        .atMost(SOON)
        .until(() -> first.of("st1").current() != before && first.of("st1").current() != null);
  }

  @Test
  void whileAPbsCollectsNothingIsDeletedAndTheTaskWaits() throws Exception {
    stores.backup("st1", FIRST, 1);
    stores.backup("st1", SECOND, 2);
    stores.forget("st1", FIRST);
    try (var pbs = OtherProcess.start()) {
      assertThat(pbs.recordLock(stores.base("st1").resolve(".lock"), false)).isTrue();
      replicas.replica("a", jobs);
      Upid upid = replicas.request();
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(replicas.log(upid))
              .contains("waiting: a Proxmox Backup Server collects garbage in this datastore"));
      assertThat(jobs.tasks().end(upid)).isNull();
      assertThat(stores.chunks("st1", 2)).containsExactly(1, 2);
      assertThat(stores.base("st1").resolve("reprise-removed")).isNotEmptyDirectory();
      pbs.release();
      assertThat(replicas.end(upid)).isEqualTo("OK");
    }
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(stores.chunks("st1", 2)).containsExactly(2));
  }

  @Test
  void aCollectionOfADatastoreThatIsNotThereFails() throws Exception {
    replicas.replica("a", jobs);
    Upid upid = jobs.request(
        new Jobs.Order(
            JobType.GARBAGE_COLLECTION, "nope", "nope", "starting", AuthId.parse("admin@pbs")),
        replicas.events);
    assertThat(replicas.end(upid)).contains("nope");
  }
}
