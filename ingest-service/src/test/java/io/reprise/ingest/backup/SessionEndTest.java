package io.reprise.ingest.backup;

import static io.reprise.ingest.backup.RawBackup.MIB4;
import static io.reprise.ingest.backup.RawBackup.blob;
import static io.reprise.ingest.backup.RawBackup.bytes;
import static io.reprise.ingest.backup.RawBackup.fixedChecksum;
import static io.reprise.ingest.backup.RawBackup.ok;
import static io.reprise.ingest.backup.RawBackup.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.datastore.Digest;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.key.CryptKey;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.ingest.TemporaryDirectories;
import io.reprise.ingest.upgrade.RawHttp2;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a session ends, and what is there then (protocol.md §3.4, §3.5, §7 items 48 to 53). */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class SessionEndTest extends SessionTest {
  @Test
  void finishNeedsClosedWritersFilesAndAManifest() throws Exception {
    var backup = backup(FIRST);
    refused(backup.finish());
    ok(backup.putBlob("a.conf.blob", blob(bytes(10, 1))));
    refused(backup.finish(), "index.json.blob");
    ok(backup.putBlob("index.json.blob", blob("no json".getBytes(StandardCharsets.UTF_8))));
    refused(backup.finish());
    ok(backup.putBlob("index.json.blob", RawBackup.manifest(FIRST)));
    long writer = backup.fixedIndex("a.img.fidx", 100);
    refused(backup.finish(), "open");
    Digest digest = backup.chunk("fixed", writer, bytes(100, 1));
    ok(backup.append("fixed", writer, List.of(digest), 0L));
    ok(backup.close("fixed", writer, 1, 100, fixedChecksum(digest)));
    ok(backup.finish());
    refused(backup.finish(), "finished");
    refused(backup.http().call("POST", "/fixed_index?archive-name=b.img.fidx&size=1"));
    refused(backup.http().call("POST", "/dynamic_index?archive-name=b.didx"));
    refused(backup.close("fixed", writer, 1, 100, digest));
    ok(backup.putBlob("late.log.blob", blob(bytes(10, 2))));
    assertThat(store.directory(FIRST).resolve("late.log.blob")).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../ct/1/x.blob", "/etc/passwd.blob", "a/b.blob", "..", "x.txt", ""})
  void aManifestThatNamesFilesOutsideItsSnapshotIsRefused(String name) throws Exception {
    var backup = backup(FIRST);
    var file = backup.image("a.img.fidx", bytes(100, 1));
    String json = new String(Manifest.of(FIRST, List.of(file)).toJson(), StandardCharsets.UTF_8);
    byte[] wrong = json.replace("a.img.fidx", name).getBytes(StandardCharsets.UTF_8);
    ok(backup.putBlob("index.json.blob", blob(wrong)));
    refused(backup.finish());
    ok(backup.putBlob("index.json.blob", RawBackup.manifest(FIRST, file)));
    ok(backup.finish());
  }

  @Test
  void theManifestGetsUploadStatisticsAndItsSignatureStillHolds() throws Exception {
    var backup = backup(FIRST);
    byte[] plain = bytes(MIB4, 1);
    var file = backup.image("a.img.fidx", plain);
    byte[] conf = blob(bytes(50, 3));
    ok(backup.putBlob("a.conf.blob", conf));
    var key = CryptKey.generate();
    byte[] manifest = blob(Manifest.of(FIRST, List.of(file)).sign(key).toJson());
    ok(backup.putBlob("index.json.blob", manifest));
    ok(backup.finish());
    store.manifest(FIRST).verify(key);
    assertThat(store.manifest(FIRST).signed()).isTrue();
    assertThat(store.statistics(FIRST))
        .containsEntry("count", 1L)
        .containsEntry("duplicates", 0L)
        .containsEntry("size", (long) MIB4 + conf.length + manifest.length)
        .containsEntry("compressed_size", (long) blob(plain).length);
  }

  @Test
  void aConnectionLostBeforeFinishLeavesNothingAndTheNextBackupWorks() throws Exception {
    var lost = backup(FIRST);
    lost.image("a.img.fidx", bytes(100, 1));
    long open = lost.dynamicIndex("b.pxar.didx");
    lost.chunk("dynamic", open, bytes(100, 2));
    ok(lost.putBlob("index.json.blob", RawBackup.manifest(FIRST)));
    lost.http().vanish();
    assertThat(store.endedTask("backup").getString("status")).isNotEqualTo("OK");
    assertThat(store.directory(FIRST)).doesNotExist();
    assertThat(store.snapshots()).isEmpty();
    var next = backup(FIRST);
    next.finish(FIRST, next.image("a.img.fidx", bytes(100, 1)));
    assertThat(store.statistics(FIRST)).containsEntry("duplicates", 1L);
  }

  @Test
  void aConnectionLostAfterFinishKeepsTheSnapshot() throws Exception {
    var backup = backup(FIRST);
    backup.finish(FIRST, backup.image("a.img.fidx", bytes(100, 1)));
    backup.http().vanish();
    assertThat(store.endedTask("backup").getString("status")).isEqualTo("OK");
    assertThat(store.snapshots()).singleElement().satisfies(s -> assertThat(s).containsKey("size"));
  }

  @Test
  void aRunningBackupIsListedWithoutSizeAndNobodyMayReadOrForgetIt() throws Exception {
    var backup = backup(FIRST);
    ok(backup.putBlob("a.conf.blob", blob(bytes(10, 1))));
    ok(backup.putBlob("index.json.blob", RawBackup.manifest(FIRST)));
    assertThat(store.snapshots()).singleElement().satisfies(s -> {
      assertThat(s).doesNotContainKey("size");
      assertThat(s.get("files").toString()).doesNotContain("size", "crypt-mode");
    });
    assertThat(store.forget(FIRST)).isEqualTo(400);
    assertThat(catchThrowableOfType(RawHttp2.Refused.class, () -> store.reader(FIRST))
            .status())
        .isEqualTo(400);
    ok(backup.finish());
    // The locks stay until the connection ends.
    assertThat(store.forget(FIRST)).isEqualTo(400);
    backup.http().close();
    store.endedTask("backup");
    assertThat(store.forget(FIRST)).isEqualTo(200);
  }

  @Test
  void aStoppedTaskEndsItsSessionAndTheSnapshotIsRemoved() throws Exception {
    var backup = backup(FIRST);
    backup.image("a.img.fidx", bytes(100, 1));
    String upid = store.newestTask("backup").getString("upid");
    store
        .api()
        .as(store.admin())
        .delete("/nodes/localhost/tasks/" + io.reprise.ingest.Api.encoded(upid))
        .then()
        .statusCode(200);
    backup.http().awaitEnd();
    assertThat(store.endedTask("backup").getString("status")).contains("abort");
    assertThat(store.directory(FIRST)).doesNotExist();
  }

  @Test
  void aBenchmarkDropsWhatItGetsAndLeavesNothing() throws Exception {
    SnapshotId benchmark = SnapshotId.parse("host/benchmark/2026-01-01T00:00:00Z");
    var client = store.open(
        store.target("backup", benchmark, "&benchmark=true"), "proxmox-backup-protocol-v1");
    byte[] random = RawBackup.random(MIB4, 1);
    var streams = new ArrayList<Integer>();
    for (int i = 0; i < 10; i++) {
      int stream = client.headers(
          "POST", "/speedtest", false, "content-type", "application/x-www-form-urlencoded");
      client.body(stream, random, true);
      streams.add(stream);
    }
    for (int stream : streams) ok(client.answer(stream));
    client.close();
    assertThat(store.endedTask("benchmark").getString("status")).isEqualTo("OK");
    assertThat(store.directory(benchmark)).doesNotExist();
    assertThat(store.snapshots()).isEmpty();
  }
}
