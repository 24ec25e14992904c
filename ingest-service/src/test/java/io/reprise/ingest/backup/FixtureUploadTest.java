package io.reprise.ingest.backup;

import static io.reprise.ingest.backup.RawBackup.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.datastore.Digest;
import io.reprise.datastore.Fixture;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.index.FixedIndexReader;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.ingest.TemporaryDirectories;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session writes is, byte for byte, what a real PBS wrote of the same uploads. */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class FixtureUploadTest extends SessionTest {
  /** Magic; then UUID and creation time, which differ each time. */
  private static final int MAGIC = 8;

  private static final int AFTER_TIME = 32;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vm/100/2025-11-23T00:00:00Z",
        "vm/100/2025-11-23T01:00:00Z",
        "host/srv1/2025-11-23T02:00:00Z",
        "host/enc1/2025-11-23T05:00:00Z",
        "host/sign1/2025-11-23T06:00:00Z"
      })
  void aSnapshotUploadedAgainIsTheSame(String name) throws Exception {
    Path source = Fixture.store().resolve(name);
    SnapshotId snapshot = SnapshotId.parse(name);
    var backup = new RawBackup(store.backup(snapshot));
    Set<Digest> chunks = new HashSet<>();
    for (String file : files(source, "idx")) upload(backup, source, file, chunks);
    for (String file : files(source, "blob")) {
      if (file.equals("client.log.blob")) continue; // comes by another way
      ok(backup.putBlob(file, Files.readAllBytes(source.resolve(file))));
    }
    ok(backup.finish());

    Path written = store.directory(snapshot);
    for (String file : files(source, "idx")) {
      byte[] expected = Files.readAllBytes(source.resolve(file));
      byte[] actual = Files.readAllBytes(written.resolve(file));
      assertThat(Arrays.copyOf(actual, MAGIC)).isEqualTo(Arrays.copyOf(expected, MAGIC));
      assertThat(tail(actual)).as(file).isEqualTo(tail(expected));
    }
    for (String file : files(source, "blob")) {
      if (file.equals("client.log.blob") || file.equals("index.json.blob")) continue;
      assertThat(written.resolve(file)).hasSameBinaryContentAs(source.resolve(file));
    }
    for (Digest chunk : chunks) {
      assertThat(chunkFile(store.path(), chunk))
          .hasSameBinaryContentAs(chunkFile(Fixture.store(), chunk));
    }
    sameManifest(manifest(source), manifest(written), chunks.size());
  }

  /** All but what the server says of the uploads, and what came later: notes, verification. */
  private static void sameManifest(Manifest expected, Manifest actual, long uploaded)
      throws IOException {
    assertThat(actual.files()).isEqualTo(expected.files());
    assertThat(actual.signature()).isEqualTo(expected.signature());
    var statistics = actual.unprotected();
    assertThat(statistics.get("chunk_upload_stats").get("count").longValue()).isEqualTo(uploaded);
    var covered = expected.unprotected();
    covered.remove("chunk_upload_stats");
    statistics.remove("chunk_upload_stats");
    assertThat(statistics).isEqualTo(covered);
  }

  private static byte[] tail(byte[] index) {
    return Arrays.copyOfRange(index, AFTER_TIME, index.length);
  }

  private static void upload(RawBackup backup, Path source, String file, Set<Digest> chunks)
      throws IOException {
    try (var index = IndexReader.open(source.resolve(file))) {
      boolean fixed = index instanceof FixedIndexReader;
      String kind = fixed ? "fixed" : "dynamic";
      long writer = fixed ? backup.fixedIndex(file, index.size()) : backup.dynamicIndex(file);
      for (long entry = 0; entry < index.entryCount(); entry++) {
        Digest digest = index.digest(entry);
        if (chunks.add(digest)) {
          byte[] encoded = Files.readAllBytes(chunkFile(Fixture.store(), digest));
          var answer = backup.chunk(kind, writer, digest, index.length(entry), encoded);
          assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        }
        ok(backup.append(kind, writer, List.of(digest), index.start(entry)));
      }
      ok(backup.close(kind, writer, index.entryCount(), index.size(), index.checksum()));
    }
  }

  private static List<String> files(Path directory, String ending) throws IOException {
    try (var files = Files.list(directory)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(ArchiveName::isArchive)
          .filter(file -> file.endsWith(ending))
          .sorted()
          .toList();
    }
  }

  private static Path chunkFile(Path store, Digest digest) {
    String name = digest.toString();
    return store.resolve(".chunks").resolve(name.substring(0, 4)).resolve(name);
  }

  private static Manifest manifest(Path directory) throws IOException {
    return Manifest.read(ByteBuffer.wrap(Files.readAllBytes(directory.resolve("index.json.blob"))));
  }
}
