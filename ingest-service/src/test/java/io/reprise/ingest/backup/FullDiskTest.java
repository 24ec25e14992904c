package io.reprise.ingest.backup;

import static io.reprise.ingest.backup.RawBackup.MIB4;
import static io.reprise.ingest.backup.RawBackup.sha256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.datastore.Digest;
import io.reprise.datastore.SnapshotId;
import io.reprise.ingest.EmptyDatastore;
import io.reprise.ingest.SmallFileSystem;
import io.reprise.ingest.TemporaryDirectories;
import io.reprise.ingest.upgrade.RawHttp2;
import io.reprise.ingest.upgrade.RawHttp2.Answer;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No room: said to the client, and nothing that was acknowledged suffers. */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class FullDiskTest {
  private static final SnapshotId FIRST = SnapshotId.parse("vm/100/2026-01-01T00:00:00Z");
  private static final SnapshotId SECOND = SnapshotId.parse("vm/100/2026-01-02T00:00:00Z");
  private static final SnapshotId THIRD = SnapshotId.parse("vm/100/2026-01-03T00:00:00Z");

  @Inject
  EmptyDatastore store;

  private @Nullable SmallFileSystem disk;

  @AfterEach
  void close() {
    store.close();
    if (disk != null) disk.close();
  }

  private void restores(SnapshotId snapshot, byte[] plain) throws Exception {
    RawHttp2 reader = store.reader(snapshot);
    assertThat(reader.call("GET", "/download?file-name=index.json.blob").status())
        .isEqualTo(200);
    assertThat(reader.call("GET", "/download?file-name=a.img.fidx").status()).isEqualTo(200);
    assertThat(reader.call("GET", "/chunk?digest=" + sha256(plain)).bytes())
        .isEqualTo(RawBackup.blob(plain));
    reader.close();
  }

  @Test
  void aDiskThatFillsUpInTheMiddleDamagesNothing() throws Exception {
    disk = SmallFileSystem.of(24);
    store.create(disk.path().resolve("store"), 0);
    byte[] kept = RawBackup.random(MIB4, 1);
    var first = new RawBackup(store.backup(FIRST));
    first.finish(FIRST, first.image("a.img.fidx", kept));
    first.http().close();
    store.endedTask("backup");

    var second = new RawBackup(store.backup(SECOND));
    long writer = second.fixedIndex("a.img.fidx", 10L * MIB4);
    List<Digest> acknowledged = new ArrayList<>();
    Answer refusal = null;
    for (int i = 2; i < 12 && refusal == null; i++) {
      byte[] plain = RawBackup.random(MIB4, i);
      Answer answer = second.chunk("fixed", writer, sha256(plain), MIB4, RawBackup.blob(plain));
      if (answer.status() == 200) acknowledged.add(sha256(plain));
      else refusal = answer;
    }
    assertThat(refusal).as("24 MiB hold no 44").isNotNull();
    assertThat(refusal.status()).isIn(400, 507);
    assertThat(refusal.text()).contains("is full", "prune");
    assertThat(acknowledged)
        .isNotEmpty()
        .allSatisfy(d -> assertThat(store.chunkFile(d)).exists());
    try (var files = Files.walk(store.path().resolve(".chunks"))) {
      assertThat(files.filter(Files::isRegularFile)).hasSize(1 + acknowledged.size());
    }
    // The last bytes go, so that no file of the snapshot finds room either.
    fill(disk.path().resolve("filler"));
    Answer blob = second.putBlob("a.conf.blob", RawBackup.blob(RawBackup.random(100_000, 1)));
    assertThat(blob.status()).isIn(400, 507);
    assertThat(blob.text()).containsAnyOf("full", "space");
    assertThat(second.finish().status()).isEqualTo(400);

    restores(FIRST, kept);
    second.http().close();
    assertThat(store.endedTask("backup").getString("status")).isNotEqualTo("OK");
    assertThat(store.directory(SECOND)).doesNotExist();
    restores(FIRST, kept);
    assertThat(store.forget(FIRST)).isEqualTo(200);
    assertThat(store.snapshots()).isEmpty();
    Files.delete(disk.path().resolve("filler"));
    var third = new RawBackup(store.backup(THIRD));
    third.finish(THIRD, third.image("a.img.fidx", kept));
    third.http().close();
    store.endedTask("backup");
    restores(THIRD, kept);
  }

  private static void fill(Path file) throws Exception {
    try (var out = Files.newOutputStream(file)) {
      while (true) out.write(new byte[4096]);
    } catch (java.io.IOException full) {
      assertThat(full).hasMessageContaining("space");
    }
  }

  @Test
  void belowTheFloorNoBackupBeginsAndRestoresAndForgetsGoOn() throws Exception {
    store.create();
    byte[] kept = RawBackup.random(1000, 1);
    var first = new RawBackup(store.backup(FIRST));
    first.finish(FIRST, first.image("a.img.fidx", kept));
    first.http().close();
    store.endedTask("backup");

    store.setFloor(Long.MAX_VALUE);
    var refused = catchThrowableOfType(RawHttp2.Refused.class, () -> store.backup(SECOND));
    assertThat(refused.status()).isIn(400, 507);
    assertThat(refused.getMessage()).contains("free");
    restores(FIRST, kept);
    assertThat(store.forget(FIRST)).isEqualTo(200);

    store.setFloor(0);
    assertThat(store.backup(SECOND).call("GET", "/previous_backup_time").status())
        .isEqualTo(200);
  }
}
