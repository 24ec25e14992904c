package io.reprise.ingest.backup;

import static io.reprise.ingest.backup.RawBackup.MIB4;
import static io.reprise.ingest.backup.RawBackup.bytes;
import static io.reprise.ingest.backup.RawBackup.fixedChecksum;
import static io.reprise.ingest.backup.RawBackup.ok;
import static io.reprise.ingest.backup.RawBackup.refused;
import static io.reprise.ingest.backup.RawBackup.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.datastore.Digest;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.index.IndexReader;
import io.reprise.ingest.TemporaryDirectories;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a backup finds of one of its group that broke off (ADR 11). */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class BrokenOffTest extends SessionTest {
  private static final SnapshotId THIRD = SnapshotId.parse("vm/100/2026-01-03T00:00:00Z");
  private static final SnapshotId OTHER = SnapshotId.parse("vm/101/2026-01-01T00:00:00Z");
  private static final byte[] A = bytes(MIB4, 1);
  private static final byte[] B = bytes(MIB4, 2);

  @TempDir
  Path directory;

  /** Uploads chunks and goes away; returns when the server has noticed. */
  private void breakOff(SnapshotId snapshot, byte[]... chunks) throws Exception {
    var backup = backup(snapshot);
    long writer = backup.fixedIndex("a.img.fidx", (long) chunks.length * MIB4);
    for (byte[] chunk : chunks) backup.chunk("fixed", writer, chunk);
    backup.http().close();
    store.endedTask("backup");
  }

  /** What is offered, in any order. */
  private List<Digest> uploaded(RawBackup backup) throws Exception {
    var answer = backup.http().call("GET", "/uploaded");
    if (answer.status() == 404) return List.of();
    assertThat(answer.status()).isEqualTo(200);
    var digests = new ArrayList<Digest>();
    try (var index = IndexReader.open(Files.write(directory.resolve("i.didx"), answer.bytes()))) {
      for (long i = 0; i < index.entryCount(); i++) digests.add(index.digest(i));
    }
    return digests;
  }

  @Test
  void whatItUploadedIsAppendedWithoutBeingSentAgain() throws Exception {
    breakOff(FIRST, A, B);
    var backup = backup(SECOND);
    long writer = backup.fixedIndex("a.img.fidx", 2L * MIB4);
    refused(backup.append("fixed", writer, List.of(sha256(A)), 0L));
    assertThat(uploaded(backup)).containsExactlyInAnyOrder(sha256(A), sha256(B));
    ok(backup.append("fixed", writer, List.of(sha256(A), sha256(B)), 0L, (long) MIB4));
    Digest checksum = fixedChecksum(sha256(A), sha256(B));
    ok(backup.close("fixed", writer, 2, 2L * MIB4, checksum));
    backup.finish(SECOND, RawBackup.entry("a.img.fidx", 2L * MIB4, checksum));
    backup.http().close();
    store.endedTask("backup");
    assertThat(uploaded(backup(THIRD))).isEmpty(); // the one that finished has it in its index
  }

  @Test
  void severalThatBreakOffAddUp() throws Exception {
    breakOff(FIRST, A);
    breakOff(SECOND, B);
    assertThat(uploaded(backup(THIRD))).containsExactlyInAnyOrder(sha256(A), sha256(B));
  }

  @Test
  void aChunkThatIsGoneIsNotPromised() throws Exception {
    breakOff(FIRST, A, B);
    Files.delete(store.chunkFile(sha256(A)));
    assertThat(uploaded(backup(SECOND))).containsExactly(sha256(B));
  }

  @Test
  void aChunkWhoseFileIsAnotherOneIsNotPromised() throws Exception {
    breakOff(FIRST, A, B);
    Files.write(store.chunkFile(sha256(A)), new byte[0]);
    assertThat(uploaded(backup(SECOND))).containsExactly(sha256(B));
  }

  @Test
  void anotherGroupSeesNothingOfIt() throws Exception {
    breakOff(FIRST, A);
    assertThat(uploaded(backup(OTHER))).isEmpty();
  }
}
