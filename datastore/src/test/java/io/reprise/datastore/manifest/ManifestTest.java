package io.reprise.datastore.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.datastore.BackupType;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Hex;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.blob.BlobCrc;
import io.reprise.datastore.blob.BlobDecoder;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.datastore.blob.BlobKind;
import io.reprise.datastore.key.CryptKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.instancio.junit.InstancioExtension;
import org.instancio.junit.InstancioSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(InstancioExtension.class)
class ManifestTest {
  private static final CryptKey KEY =
      new CryptKey(Hex.bytes("28cdb1a3bef39396c3860e00d448fe7a0efd8244486ab6feb30457681d31597e"));
  private static final Manifest ELSA = Manifest.of(
      SnapshotId.parse("host/elsa/2020-06-26T13:56:05Z"),
      List.of(
          new FileEntry(
              new ArchiveName("test1.img.fidx"),
              CryptMode.ENCRYPT,
              200,
              Digest.parse("01".repeat(32))),
          new FileEntry(
              new ArchiveName("abc.blob"), CryptMode.NONE, 200, Digest.parse("02".repeat(32)))));

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static Manifest parse(String json) throws BadFormat {
    return Manifest.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void signatureIsThatOfTheSpecification() throws BadFormat {
    assertThat(text(ELSA.canonical()))
        .isEqualTo(
            "{\"backup-id\":\"elsa\",\"backup-time\":1593179765,\"backup-type\":\"host\",\"files\":["
                + "{\"crypt-mode\":\"encrypt\",\"csum\":\""
                + "01".repeat(32)
                + "\",\"filename\":\"test1.img.fidx\",\"size\":200},{\"crypt-mode\":\"none\",\"csum\":\""
                + "02".repeat(32)
                + "\",\"filename\":\"abc.blob\",\"size\":200}]}");
    Manifest signed = ELSA.sign(KEY);
    assertThat(signed.signature())
        .hasToString("d7b446fb7db081662081d4b40fedd858a1d6307a5aff4ecff7d5bf4fd35679e9");
    assertThat(signed.keyFingerprint())
        .hasToString(
            "12:b9:b7:74:bb:3d:89:95:2b:97:cb:c2:82:f0:0c:14:2b:83:ba:7f:96:62:6a:a1:5a:44:9a:63:e8:91:fe:25");
    assertThat(signed.cryptMode()).isEqualTo(CryptMode.SIGN_ONLY);
    assertThat(ELSA.cryptMode()).isEqualTo(CryptMode.NONE);
    signed.verify(KEY);
  }

  /** Any list of files, any note, signed or not. */
  @ParameterizedTest
  @InstancioSource(samples = 100)
  void everyManifestComesBack(long seed) throws BadFormat {
    var random = new Random(seed);
    var files = new ArrayList<FileEntry>();
    for (int i = random.nextInt(20); i > 0; i--) {
      String extension = ArchiveName.Kind.values()[random.nextInt(3)].extension();
      files.add(new FileEntry(
          new ArchiveName("a" + random.nextInt(1_000_000) + extension),
          CryptMode.values()[random.nextInt(3)],
          random.nextLong() >>> 1,
          new Digest(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong())));
    }
    var snapshot = new SnapshotId(
        new GroupId(BackupType.values()[random.nextInt(3)], "g" + random.nextInt(1_000)),
        1 + random.nextLong(253_402_300_799L));
    String notes = random
        .ints(random.nextInt(50), 0, 0xd800)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
    var statistics = new UploadStatistics(
        random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    Manifest manifest = Manifest.of(snapshot, files).withNotes(notes).withStatistics(statistics);
    for (Manifest made : List.of(manifest, manifest.sign(KEY))) {
      Manifest read = Manifest.parse(made.toJson());
      assertThat(read.snapshot()).isEqualTo(snapshot);
      assertThat(read.files()).isEqualTo(files);
      assertThat(read.notes()).isEqualTo(notes);
      assertThat(read.signature()).isEqualTo(made.signature());
      assertThat(read.toJson()).isEqualTo(made.toJson());
      read.verify(KEY);
    }
  }

  @Test
  void unsignedTextIsPrettyWithANullSignature() throws BadFormat {
    assertThat(text(ELSA.withNotes("grüße/\n").toJson()))
        .isEqualTo("""
            {
              "backup-id": "elsa",
              "backup-time": 1593179765,
              "backup-type": "host",
              "files": [
                {
                  "crypt-mode": "encrypt",
                  "csum": "%s",
                  "filename": "test1.img.fidx",
                  "size": 200
                },
                {
                  "crypt-mode": "none",
                  "csum": "%s",
                  "filename": "abc.blob",
                  "size": 200
                }
              ],
              "signature": null,
              "unprotected": {
                "notes": "grüße/\\n"
              }
            }""".formatted("01".repeat(32), "02".repeat(32)));
  }

  @Test
  void notesStatisticsAndVerifyStateDoNotTouchTheSignature() throws BadFormat {
    Manifest changed = ELSA.sign(KEY)
        .withNotes("x")
        .withStatistics(new UploadStatistics(4, 3, 2, 1))
        .withVerifyState(new VerifyState(false, "UPID:x:"));
    changed.verify(KEY);
    Manifest read = Manifest.parse(changed.toJson());
    read.verify(KEY);
    assertThat(read.notes()).isEqualTo("x");
    assertThat(read.verifyState()).isEqualTo(new VerifyState(false, "UPID:x:"));
    assertThat(text(read.toJson()))
        .contains(
            "    \"chunk_upload_stats\": {\n      \"compressed_size\": 2,\n      \"count\": 4,\n"
                + "      \"duplicates\": 1,\n      \"size\": 3\n    },\n");
    assertThat(read.withNotes("").withVerifyState(null).unprotected().has("notes"))
        .isFalse();
    assertThat(read.withVerifyState(null).verifyState()).isNull();
  }

  @Test
  void anyOtherChangeBreaksTheSignature() throws BadFormat {
    String signed = text(ELSA.sign(KEY).toJson());
    for (String[] change : new String[][] {
      {"\"elsa\"", "\"else\""},
      {"1593179765", "1593179766"},
      {"\"host\"", "\"vm\""},
      {"abc.blob", "abd.blob"},
      {"\"size\": 200", "\"size\": 201"},
      {"0202", "0203"},
      {"\"encrypt\"", "\"none\""},
      {"\"files\"", "\"extra\": 1, \"files\""}
    }) {
      Manifest changed = parse(signed.replaceFirst(change[0], change[1]));
      assertThatThrownBy(() -> changed.verify(KEY))
          .as(change[1])
          .isInstanceOf(BadFormat.class)
          .hasMessageContaining("signature is wrong");
    }
    assertThatThrownBy(() -> parse(signed).verify(CryptKey.generate()))
        .isInstanceOf(BadFormat.class)
        .hasMessageContaining("give that key");
  }

  @Test
  void unknownKeysSurviveARewriteEverywhere() throws BadFormat {
    String json =
        text(ELSA.toJson()).replace("\"size\": 200", "\"size\": 200, \"x-file\": [1, {\"y\": 2}]");
    json = json.replace("\"unprotected\": {", "\"x-top\": \"t\", \"unprotected\": {\"x-un\": 1.25");
    Manifest signed = parse(json).sign(KEY);
    Manifest rewritten = Manifest.parse(signed.withNotes("n").toJson());
    rewritten.verify(KEY);
    assertThat(text(rewritten.toJson()))
        .contains("\"x-file\": [", "\"x-top\": \"t\"", "\"x-un\": 1.25");
  }

  @Test
  void missingCryptModeIsNoneAndStaysMissing() throws BadFormat {
    String json = text(ELSA.toJson()).replace("\"crypt-mode\": \"none\",", "");
    Manifest read = parse(json);
    assertThat(read.file(new ArchiveName("abc.blob")).orElseThrow().cryptMode())
        .isEqualTo(CryptMode.NONE);
    assertThat(text(read.toJson())).doesNotContain("\"none\"");
  }

  @Test
  void missingUnprotectedAndSignatureAreEmpty() throws BadFormat {
    String json = text(ELSA.toJson()).replaceAll("(?s),\\s*\"signature\".*}\\s*}", "}");
    assertThat(json).doesNotContain("signature", "unprotected");
    Manifest read = parse(json);
    assertThat(read.signed()).isFalse();
    assertThat(text(read.toJson())).isEqualTo(text(ELSA.toJson()));
  }

  @Test
  void blobComesBackAndIsNeverEncrypted() throws BadFormat {
    try (var encoder = new BlobEncoder();
        var decoder = new BlobDecoder()) {
      ByteBuffer blob = ELSA.encode(encoder);
      assertThat(BlobKind.of(blob)).isEqualTo(BlobKind.ZSTD);
      assertThat(Manifest.read(blob).toJson()).isEqualTo(ELSA.toJson());
      ByteBuffer plain = decoder.decode(blob, null, 1 << 20);
      byte[] json = new byte[plain.remaining()];
      plain.get(json);
      ByteBuffer encrypted = encoder.encode(json, 0, json.length, true, KEY);
      assertThatThrownBy(() -> Manifest.read(encrypted))
          .isInstanceOf(BadFormat.class)
          .hasMessageContaining("encrypted");
      ByteBuffer damaged = ELSA.encode(encoder);
      damaged.put(20, (byte) ~damaged.get(20));
      assertThatThrownBy(() -> Manifest.read(damaged))
          .isInstanceOf(BadFormat.class)
          .hasMessageContaining("CRC");
      BlobCrc.write(damaged);
      assertThatThrownBy(() -> Manifest.read(damaged)).isInstanceOf(BadFormat.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../etc/passwd.blob",
        "a/b.blob",
        "abc.txt",
        ".blob",
        "-a.blob",
        "a\\u0000.blob",
        "a.blob\\n",
        "",
        "ä.fidx"
      })
  void fileNamesOutsideTheSnapshotAreRefused(String name) throws BadFormat {
    String json = text(ELSA.toJson()).replace("abc.blob", name);
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(BadFormat.class)
        .hasMessageContaining("archive name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"backup-type\":\"vm\"}",
        "{\"backup-type\":\"vm\",\"backup-id\":\"1\",\"backup-time\":1}",
        "{\"backup-type\":\"vm\",\"backup-id\":\"1\",\"backup-time\":0,\"files\":[]}",
        "{\"backup-type\":\"vm\",\"backup-id\":\"../1\",\"backup-time\":1,\"files\":[]}",
        "{\"backup-type\":\"x\",\"backup-id\":\"1\",\"backup-time\":1,\"files\":[]}",
        "{\"backup-type\":\"vm\",\"backup-id\":\"1\",\"backup-time\":1.5,\"files\":[]}",
        "{\"backup-type\":\"vm\",\"backup-id\":\"1\",\"backup-time\":99999999999999999999,\"files\":[]}",
        "{\"backup-type\":\"vm\",\"backup-id\":\"1\",\"backup-time\":1,\"files\":{}}",
        "{\"backup-type\":\"vm\",\"backup-id\":\"1\",\"backup-time\":1,\"files\":[1]}",
        "{\"backup-type\":\"vm\",\"backup-id\":\"1\",\"backup-time\":1,\"files\":[{}]}",
        "{\"backup-type\":\"vm\",\"backup-id\":\"1\",\"backup-time\":1,\"files\":[],\"unprotected\":[]}",
        "{\"backup-type\":\"vm\",\"backup-id\":\"1\",\"backup-time\":1,\"files\":[],\"signature\":7}",
        "{\"backup-type\":\"vm\",\"backup-id\":\"1\",\"backup-time\":1,\"files\":[],\"signature\":\"ab\"}"
      })
  void manifestsThatLackSomethingAreRefused(String json) {
    assertThatThrownBy(() -> parse(json))
        .isInstanceOf(BadFormat.class)
        .hasMessageStartingWith("manifest");
  }

  @Test
  void archiveNamesTellTheirKind() {
    assertThat(new ArchiveName("root.pxar.didx").kind()).isEqualTo(ArchiveName.Kind.DYNAMIC);
    assertThat(new ArchiveName("drive-scsi0.img.fidx").kind()).isEqualTo(ArchiveName.Kind.FIXED);
    assertThat(ArchiveName.MANIFEST.kind()).isEqualTo(ArchiveName.Kind.BLOB);
    assertThat(new ArchiveName("root.pxar.didx").base()).isEqualTo("root.pxar");
    for (String name : Arrays.asList("a", ".fidx", "a.fidx/", "a.blob2")) {
      assertThat(ArchiveName.isArchive(name)).isFalse();
      assertThatThrownBy(() -> new ArchiveName(name)).isInstanceOf(InvalidName.class);
    }
  }
}
