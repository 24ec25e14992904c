package io.reprise.ingest.backup;

import static io.reprise.ingest.backup.RawBackup.blob;
import static io.reprise.ingest.backup.RawBackup.bytes;
import static io.reprise.ingest.backup.RawBackup.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.Digest;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.chunk.ChunkStore;
import io.reprise.datastore.chunk.Reserve;
import io.reprise.datastore.chunk.SyncLevel;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.os.FileStatus;
import io.reprise.ingest.upgrade.UpgradeRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The account of what a user's backups of a group uploaded (ADR 11). */
class UploadJournalTest {
  private static final SnapshotId SNAPSHOT = SnapshotId.parse("vm/100/2026-01-01T00:00:00Z");
  private static final byte[] A = bytes(1_000, 1);
  private static final byte[] B = bytes(2_000, 2);

  @TempDir
  Path state;

  ChunkStore chunks;

  @BeforeEach
  void open() throws Exception {
    Files.createDirectories(state.resolve("store/.chunks"));
    chunks = ChunkStore.open(state.resolve("store"), SyncLevel.NONE, Reserve.NONE);
  }

  private UploadJournal journal(String user) {
    return new UploadJournal(
        state,
        new UpgradeRequest(
            UpgradeRequest.Protocol.BACKUP,
            "store",
            Namespace.ROOT,
            SNAPSHOT,
            AuthId.parse(user),
            false,
            false,
            false,
            null));
  }

  private void store(UploadJournal journal, byte[] plain) throws IOException {
    var insert = chunks.insert(sha256(plain), ByteBuffer.wrap(blob(plain)));
    journal.add(sha256(plain), plain.length, insert.storedBytes());
  }

  /** @return what it offers, which is what becomes known */
  private List<Digest> offered(String user) throws IOException {
    var known = new ArrayList<Digest>();
    var listed = new ArrayList<Digest>();
    try (var journal = journal(user)) {
      Path file = journal.index(chunks, (digest, size) -> known.add(digest));
      if (file == null) return List.of();
      try (var index = IndexReader.open(file)) {
        for (long i = 0; i < index.entryCount(); i++) listed.add(index.digest(i));
      }
    }
    assertThat(known).isEqualTo(listed);
    return listed;
  }

  private List<Path> files() throws IOException {
    Path directory = state.resolve("uploads");
    if (!Files.exists(directory)) return List.of();
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  @Test
  void noOtherUserGetsItNotEvenATokenOfTheSame() throws Exception {
    try (var journal = journal("a@pbs")) {
      store(journal, A);
    }
    assertThat(offered("b@pbs")).isEmpty();
    assertThat(offered("a@pbs!token")).isEmpty();
    assertThat(offered("a@pbs")).containsExactly(sha256(A));
  }

  @Test
  void whatIsOfferedWasTouched() throws Exception {
    try (var journal = journal("a@pbs")) {
      store(journal, A);
    }
    Path file = chunks.path(sha256(A));
    Files.setAttribute(file, "lastAccessTime", FileTime.from(Instant.EPOCH));
    Instant before = Instant.now().minusSeconds(10);
    assertThat(offered("a@pbs")).containsExactly(sha256(A));
    assertThat(FileStatus.of(file).accessed()).isAfter(before);
  }

  @Test
  void aRecordThatWasCutOffIsWrittenOver() throws Exception {
    try (var journal = journal("a@pbs")) {
      store(journal, A);
    }
    Files.write(files().getFirst(), new byte[17], StandardOpenOption.APPEND);
    try (var journal = journal("a@pbs")) {
      store(journal, B);
    }
    assertThat(offered("a@pbs")).containsExactly(sha256(A), sha256(B));
  }

  @Test
  void aBackupThatUploadsNothingLeavesNoFile() throws Exception {
    assertThat(offered("a@pbs")).isEmpty();
    assertThat(files()).isEmpty();
  }

  @Test
  void whatLiesForMonthsGoesWhenAnotherBackupUploads() throws Exception {
    try (var journal = journal("a@pbs")) {
      store(journal, A);
    }
    Files.setLastModifiedTime(
        files().getFirst(), FileTime.from(Instant.now().minus(Duration.ofDays(31))));
    try (var journal = journal("b@pbs")) {
      store(journal, A);
      assertThat(offered("a@pbs")).isEmpty();
      assertThat(files()).hasSize(1);
      journal.forget();
      store(journal, B); // a worker that comes late
    }
    assertThat(files()).isEmpty();
  }
}
