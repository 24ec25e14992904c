package io.reprise.datastore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reprise.datastore.FixtureStore.Place;
import io.reprise.datastore.blob.BlobCrc;
import io.reprise.datastore.blob.BlobDecoder;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.datastore.blob.BlobKind;
import io.reprise.datastore.index.DynamicIndexReader;
import io.reprise.datastore.index.DynamicIndexWriter;
import io.reprise.datastore.index.FixedIndexReader;
import io.reprise.datastore.index.FixedIndexWriter;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.key.CryptKey;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.CryptMode;
import io.reprise.datastore.manifest.FileEntry;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.datastore.manifest.VerifyState;
import io.reprise.datastore.snapshot.Datastore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A datastore that a real PBS wrote, read completely: every blob, index, manifest and chunk. */
class FixtureStoreTest {
  private static final int CHUNK = 4 << 20;

  @TempDir
  private static Path temp;

  private static FixtureStore fixture;
  private static Datastore store;
  private static CryptKey key;
  private static Map<String, String> sums;

  @BeforeAll
  static void open() throws IOException {
    fixture = FixtureStore.in(temp);
    store = fixture.store();
    key = fixture.key();
    sums = Fixture.sha256sums();
  }

  @AfterAll
  static void close() throws IOException {
    if (fixture != null) fixture.close();
  }

  private static List<Place> places() throws IOException {
    return fixture.places();
  }

  @Test
  void snapshotsAreThoseThatWereMade() throws IOException {
    assertThat(places())
        .extracting(p -> p.namespace() + ":" + p.snapshot())
        .containsExactly(
            ":host/enc1/2025-11-23T05:00:00Z",
            ":host/sign1/2025-11-23T06:00:00Z",
            ":host/srv1/2025-11-23T02:00:00Z",
            ":vm/100/2025-11-23T00:00:00Z",
            ":vm/100/2025-11-23T01:00:00Z",
            "site1:vm/101/2025-11-23T04:00:00Z",
            "site1/cluster-a:ct/200/2025-11-23T03:00:00Z");
    for (Place place : places()) {
      assertThat(store.isFinished(place.namespace(), place.snapshot())).isTrue();
      assertThat(store.owner(place.namespace(), place.snapshot().group())).hasToString("bench@pbs");
    }
  }

  @Test
  void listSaysWhatTheRealClientSaid() throws IOException {
    JsonNode listed =
        new ObjectMapper().readTree(Fixture.root().resolve("snapshots.json").toFile());
    int seen = 0;
    for (Place place : places()) {
      if (!place.namespace().isRoot()) continue;
      JsonNode row = row(listed, place.snapshot());
      seen++;
      Manifest manifest = fixture.manifest(place);
      assertThat(store.isProtected(place.namespace(), place.snapshot()))
          .isEqualTo(row.path("protected").asBoolean());
      assertThat(manifest.notes().lines().findFirst().orElse(""))
          .isEqualTo(row.path("comment").asText(""));
      assertThat(
              manifest.keyFingerprint() == null ? "" : manifest.keyFingerprint().toString())
          .isEqualTo(row.path("fingerprint").asText(""));
      var files = new LinkedHashMap<String, String>();
      for (FileEntry file : manifest.files()) {
        files.put(file.name().text(), file.cryptMode() + " " + file.size());
      }
      for (JsonNode file : row.path("files")) {
        String name = file.path("filename").asText();
        if (name.equals("index.json.blob")) {
          assertThat(manifest.cryptMode()).hasToString(file.path("crypt-mode").asText());
        } else if (name.equals("client.log.blob")) {
          assertThat(store.files(place.namespace(), place.snapshot()))
              .contains(ArchiveName.CLIENT_LOG);
        } else {
          assertThat(files.remove(name))
              .isEqualTo(
                  file.path("crypt-mode").asText() + " " + file.path("size").asLong());
        }
      }
      assertThat(files).isEmpty();
    }
    assertThat(seen).isEqualTo(listed.size());
  }

  private static JsonNode row(JsonNode list, SnapshotId snapshot) {
    for (JsonNode row : list) {
      if (snapshot
              .toString()
              .equals(row.path("backup-type").asText() + "/"
                  + row.path("backup-id").asText() + "/" + snapshot.timeText())
          && row.path("backup-time").asLong() == snapshot.time()) return row;
    }
    throw new AssertionError(snapshot + " is not listed");
  }

  @Test
  void everyFileIsInItsManifestWithItsSizeAndChecksum() throws IOException {
    for (Place place : places()) {
      Manifest manifest = fixture.manifest(place);
      assertThat(manifest.snapshot()).isEqualTo(place.snapshot());
      var unlisted = new ArrayList<>(store.files(place.namespace(), place.snapshot()));
      unlisted.remove(ArchiveName.MANIFEST);
      unlisted.remove(ArchiveName.CLIENT_LOG);
      for (FileEntry file : manifest.files()) {
        assertThat(unlisted.remove(file.name())).isTrue();
        Path path = fixture.file(place, file.name());
        if (file.name().kind() == ArchiveName.Kind.BLOB) {
          assertThat(Files.size(path)).isEqualTo(file.size());
          assertThat(Fixture.sha256(path)).isEqualTo(file.csum().toString());
        } else {
          try (var index = IndexReader.open(path)) {
            assertThat(index.size()).isEqualTo(file.size());
            assertThat(index.checksum()).isEqualTo(file.csum()).isEqualTo(index.computeChecksum());
          }
        }
      }
      assertThat(unlisted).isEmpty();
    }
  }

  @Test
  void everyBlobDecodesToWhatWasBackedUp() throws IOException {
    var decoded = new TreeMap<String, String>();
    for (Place place : places()) {
      for (ArchiveName name : store.files(place.namespace(), place.snapshot())) {
        if (name.kind() != ArchiveName.Kind.BLOB) continue;
        ByteBuffer blob = ByteBuffer.wrap(Files.readAllBytes(fixture.file(place, name)));
        BlobCrc.check(blob);
        try (var decoder = new BlobDecoder()) {
          ByteBuffer plain = decoder.decode(blob, key, BlobDecoder.MAX_CHUNK);
          byte[] bytes = new byte[plain.remaining()];
          plain.get(bytes);
          var sum = Fixture.sha256(new java.io.ByteArrayInputStream(bytes));
          decoded.merge(name.text(), sum, (a, b) -> a + " " + b);
        }
      }
    }
    assertThat(decoded)
        .containsOnlyKeys(
            "client.log.blob", "fw.conf.blob", "index.json.blob", "qemu-server.conf.blob");
    String conf = sums.get("qemu-server.conf");
    assertThat(decoded)
        .containsEntry("fw.conf.blob", sums.get("fw.conf"))
        .containsEntry("qemu-server.conf.blob", conf + " " + conf + " " + conf);
  }

  // manifests

  @Test
  void manifestsAreWrittenByteForByteAsTheyWere() throws IOException {
    for (Place place : places()) {
      byte[] blob = Files.readAllBytes(fixture.file(place, ArchiveName.MANIFEST));
      byte[] text = plain(ByteBuffer.wrap(blob));
      Manifest manifest = Manifest.parse(text);
      assertThat(manifest.toJson()).isEqualTo(text);
      assertThat(manifest.verifyState()).extracting(VerifyState::ok).isEqualTo(true);
      try (var encoder = new BlobEncoder()) {
        ByteBuffer again = manifest.encode(encoder);
        assertThat(BlobKind.of(again)).isEqualTo(BlobKind.of(ByteBuffer.wrap(blob)));
        assertThat(plain(again)).isEqualTo(text);
      }
    }
  }

  private static byte[] plain(ByteBuffer blob) throws IOException {
    try (var decoder = new BlobDecoder()) {
      ByteBuffer plain = decoder.decode(blob, null, BlobDecoder.MAX_CHUNK);
      byte[] bytes = new byte[plain.remaining()];
      plain.get(bytes);
      return bytes;
    }
  }

  @Test
  void signaturesAreThoseOfTheKey() throws IOException {
    var signed = new ArrayList<String>();
    for (Place place : places()) {
      Manifest manifest = fixture.manifest(place);
      if (!manifest.signed()) continue;
      signed.add(place.snapshot().group().toString());
      manifest.verify(key);
      assertThat(manifest.keyFingerprint()).isEqualTo(key.fingerprint());
      assertThat(manifest.sign(key).toJson()).isEqualTo(manifest.toJson());
      assertThatThrownBy(() -> manifest.verify(CryptKey.generate())).isInstanceOf(BadFormat.class);
    }
    assertThat(signed).containsExactly("host/enc1", "host/sign1", "vm/101");
  }

  // indexes

  @Test
  void indexesAreWrittenByteForByteAsTheyWere() throws IOException {
    Path temporary = temp.resolve("index.tmp");
    Path written = temp.resolve("index");
    int seen = 0;
    for (Place place : places()) {
      for (FileEntry file : fixture.indexes(place)) {
        Path path = fixture.file(place, file.name());
        try (var index = IndexReader.open(path)) {
          switch (index) {
            case FixedIndexReader fixed -> {
              assertThat(fixed.chunkSize()).isEqualTo(CHUNK);
              try (var writer = FixedIndexWriter.create(
                  temporary, fixed.size(), CHUNK, fixed.uuid(), fixed.ctime())) {
                for (long i = fixed.entryCount() - 1; i >= 0; i--) writer.set(i, fixed.digest(i));
                assertThat(writer.finish(written, false)).isEqualTo(file.csum());
              }
            }
            case DynamicIndexReader dynamic -> {
              try (var writer =
                  DynamicIndexWriter.create(temporary, dynamic.uuid(), dynamic.ctime())) {
                for (long i = 0; i < dynamic.entryCount(); i++) {
                  writer.append(dynamic.end(i), dynamic.digest(i));
                }
                assertThat(writer.finish(written, false)).isEqualTo(file.csum());
              }
            }
          }
        }
        assertThat(written).hasSameBinaryContentAs(path);
        seen++;
      }
    }
    assertThat(seen).isEqualTo(13);
  }

  // chunks

  /** Every chunk with its length and whether it is encrypted, as the indexes have it. */
  private static Map<Digest, FileEntry> referenced(Map<Digest, Integer> lengths)
      throws IOException {
    var archives = new HashMap<Digest, FileEntry>();
    for (Place place : places()) {
      for (FileEntry file : fixture.indexes(place)) {
        try (var index = IndexReader.open(fixture.file(place, file.name()))) {
          for (long i = 0; i < index.entryCount(); i++) {
            Integer earlier = lengths.put(index.digest(i), (int) index.length(i));
            assertThat(earlier).isIn(null, (int) index.length(i));
            archives.put(index.digest(i), file);
          }
        }
      }
    }
    return archives;
  }

  @Test
  void everyChunkIsReferencedAndHasTheDigestThatItIsNamedBy() throws IOException {
    var lengths = new HashMap<Digest, Integer>();
    Map<Digest, FileEntry> archives = referenced(lengths);
    List<Digest> chunks;
    try (var list = store.chunks().list()) {
      chunks = list.toList();
    }
    assertThat(chunks).isSorted().containsExactlyInAnyOrderElementsOf(archives.keySet());
    try (var decoder = new BlobDecoder()) {
      for (Digest digest : chunks) {
        ByteBuffer blob = ByteBuffer.wrap(store.chunks().read(digest));
        BlobCrc.check(blob);
        boolean encrypted = archives.get(digest).cryptMode() == CryptMode.ENCRYPT;
        assertThat(BlobKind.of(blob).encrypted()).isEqualTo(encrypted);
        ByteBuffer plain =
            decoder.decodeChunk(blob, digest, lengths.get(digest), encrypted ? key : null);
        byte[] bytes = new byte[plain.remaining()];
        plain.get(bytes);
        assertThat(encode(bytes, encrypted ? key : null, digest)).isTrue();
        if (encrypted) {
          assertThatThrownBy(
                  () -> decoder.decodeChunk(blob, digest, lengths.get(digest), CryptKey.generate()))
              .isInstanceOf(BadFormat.class);
        }
      }
    }
  }

  /** datastore.md §14.1: 158 bytes, and a CRC that depends on the version of zstd. */
  @Test
  void chunkOfZerosIsTheOneThatTheSpecificationDescribes() throws IOException {
    byte[] blob = store
        .chunks()
        .read(Digest.parse("bb9f8df61474d25e71fa00722318cd387396ca1736605e1248821cc0de3d3af8"));
    assertThat(blob).hasSize(158);
    assertThat(Arrays.copyOf(blob, 18))
        .isEqualTo(Hex.bytes("31b958426fb6a37f ec223829 28b52ffd0048"));
    assertThat(plain(ByteBuffer.wrap(blob))).isEqualTo(new byte[CHUNK]);
  }

  /** What we make of the data has the same digest and comes back. */
  private static boolean encode(byte[] bytes, CryptKey key, Digest digest) throws IOException {
    try (var encoder = new BlobEncoder();
        var decoder = new BlobDecoder()) {
      ByteBuffer blob = encoder.encode(bytes, 0, bytes.length, true, key);
      return decoder.decodeChunk(blob, digest, bytes.length, key).equals(ByteBuffer.wrap(bytes));
    }
  }

  @Test
  void disksAreThoseThatWereBackedUp() throws IOException {
    var disks = new LinkedHashMap<String, Place>();
    disks.put("disk0.raw drive-scsi0", Place.of("", "vm/100/2025-11-23T00:00:00Z"));
    disks.put("disk0b.raw drive-scsi0", Place.of("", "vm/100/2025-11-23T01:00:00Z"));
    disks.put("disk1.raw drive-scsi1", Place.of("", "vm/100/2025-11-23T00:00:00Z"));
    disks.put("disk1.raw  drive-scsi1", Place.of("", "vm/100/2025-11-23T01:00:00Z"));
    disks.put("disk0.raw  drive-scsi0", Place.of("site1", "vm/101/2025-11-23T04:00:00Z"));
    for (var disk : disks.entrySet()) {
      String[] names = disk.getKey().split(" +");
      var archive = new ArchiveName(names[1] + ".img.fidx");
      Place place = disk.getValue();
      try (var image = fixture.read(place, archive)) {
        assertThat(Fixture.sha256(image.stream(0, image.size())))
            .as(disk.toString())
            .isEqualTo(sums.get(names[0]));
      }
    }
  }
}
