package io.reprise.cli.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.cli.server.AgainstFakePbs;
import io.reprise.cli.server.FakePbs;
import io.reprise.datastore.Digest;
import io.reprise.datastore.Fixture;
import io.reprise.datastore.index.IndexReader;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;

/** {@code restore} of what a real PBS's clients stored (cli.md §2.4, §3.5, §5). */
class RestoreTest extends AgainstFakePbs {
  static final String VM = "vm/100/2025-11-23T00:00:00Z";
  static final String HOST = "host/srv1/2025-11-23T02:00:00Z";
  static final String ENCRYPTED = "host/enc1/2025-11-23T05:00:00Z";
  static final String SIGNED = "host/sign1/2025-11-23T06:00:00Z";

  @Override
  protected Path store() {
    return Fixture.store();
  }

  private String key() {
    return "--keyfile=" + Fixture.key();
  }

  @Test
  void imageIsRestoredSparselyAndSaysSo() throws Exception {
    out("restore", VM, "drive-scsi0.img", "disk.raw");
    Path disk = home.resolve("disk.raw");
    assertThat(Fixture.sha256(disk)).isEqualTo(Fixture.sha256sums().get("disk0.raw"));
    assertThat(scene.err())
        .matches(
            "restore image complete \\(bytes=23068672, duration=[0-9.]+s, speed=[0-9.]+MB/s\\)\n");
    assertThat(scene.out()).isEmpty();
  }

  @Test
  void existingImageIsReplacedOnlyWhenAsked() throws Exception {
    Files.writeString(home.resolve("disk.raw"), "precious");
    fails("--overwrite", "restore", VM, "drive-scsi0.img", "disk.raw");
    assertThat(home.resolve("disk.raw")).hasContent("precious");
    assertThat(server.asked).isEmpty(); // before any connection
    out("restore", VM, "drive-scsi0.img", "disk.raw", "--overwrite");
    assertThat(Fixture.sha256(home.resolve("disk.raw")))
        .isEqualTo(Fixture.sha256sums().get("disk0.raw"));
  }

  @Test
  void imageAndArchiveAndBlobGoToStandardOutputByteForByte() throws Exception {
    out("restore", VM, "drive-scsi1.img.fidx", "-");
    assertThat(Fixture.sha256(new ByteArrayInputStream(scene.outBytes())))
        .isEqualTo(Fixture.sha256sums().get("disk1.raw"));
    out("restore", VM, "qemu-server.conf", "-");
    assertThat(Fixture.sha256(new ByteArrayInputStream(scene.outBytes())))
        .isEqualTo(Fixture.sha256sums().get("qemu-server.conf"));
    out("restore", HOST, "root.pxar", "-");
    assertThat(scene.outBytes()).startsWith(0xef, 0xac, 0x88, 0xe5, 0x74, 0x64, 0x95, 0xd5);
  }

  /** The chunks of an archive that is not encrypted are named by the digests of their content. */
  @Test
  void archiveOnStandardOutputIsItsChunksInOrder() throws Exception {
    out("restore", HOST, "root.pxar", "-");
    byte[] bytes = scene.outBytes();
    try (var index = IndexReader.open(Fixture.store().resolve(HOST).resolve("root.pxar.didx"))) {
      assertThat(bytes).hasSize((int) index.size());
      var sha256 = MessageDigest.getInstance("SHA-256");
      for (long i = 0; i < index.entryCount(); i++) {
        sha256.update(bytes, (int) index.start(i), (int) index.length(i));
        assertThat(Digest.of(sha256.digest())).isEqualTo(index.digest(i));
      }
    }
    assertThat(scene.err()).isEmpty();
  }

  @Test
  void messagesStayOutOfStandardOutput() throws Exception {
    out("restore", ENCRYPTED, "root.pxar", "-", key());
    assertThat(scene.err()).contains("Using encryption key");
    try (var index =
        IndexReader.open(Fixture.store().resolve(ENCRYPTED).resolve("root.pxar.didx"))) {
      assertThat(scene.outBytes()).hasSize((int) index.size());
    }
  }

  @Test
  void groupMeansItsNewestFinishedSnapshot() throws Exception {
    server.close();
    Path store = Fixture.copyOfStore(home.resolve("store"));
    Files.createDirectory(store.resolve("vm/100/2026-01-01T00:00:00Z"));
    server = new FakePbs(store);
    scene = server.scene(home);
    out("restore", "vm/100", "index.json", "index.json");
    assertThat(home.resolve("index.json")).content().contains("\"backup-time\": 1763859600");
  }

  @Test
  void groupMeansItsNewestSnapshot() throws Exception {
    out("restore", "vm/100", "drive-scsi0.img", "disk.raw");
    assertThat(Fixture.sha256(home.resolve("disk.raw")))
        .isEqualTo(Fixture.sha256sums().get("disk0b.raw"));
  }

  @Test
  void manifestReplacesItsFile() throws Exception {
    Files.writeString(home.resolve("index.json"), "old");
    out("restore", VM, "index.json", "index.json");
    assertThat(Files.readString(home.resolve("index.json")))
        .startsWith("{\n  \"backup-id\": \"100\",");
  }

  @Test
  void encryptedSnapshotNeedsItsKeyAndSaysWhich() throws Exception {
    fails("is encrypted with key", "restore", ENCRYPTED, "root.pxar", "tree", "--ignore-ownership");
    out("restore", ENCRYPTED, "root.pxar", "tree", "--ignore-ownership", key());
    assertThat(scene.err())
        .startsWith("Using encryption key from '" + Fixture.key() + "'..\nFingerprint: ");
    assertThat(Fixture.sha256(home.resolve("tree/etc/deep/text")))
        .isEqualTo(Fixture.sha256sums().get("etc/deep/text"));
  }

  @Test
  void wrongKeyIsToldByTheSignature() {
    out("key", "create", "other.json", "--kdf", "none");
    fails("was signed with key", "restore", SIGNED, "root.pxar", "-", "--keyfile", "other.json");
  }

  @Test
  void defaultKeyIsFoundAndChecksASignature() throws Exception {
    Path place = home.resolve(".config/proxmox-backup/encryption-key.json");
    Files.createDirectories(place.getParent());
    Files.copy(Fixture.key(), place);
    out("restore", SIGNED, "root.pxar", "tree", "--ignore-ownership");
    assertThat(scene.err()).startsWith("Using default encryption key..\nFingerprint: ");
    out("restore", VM, "fw.conf", "-"); // neither signed nor encrypted: not a word of the key
    assertThat(scene.err()).isEmpty();
  }

  @Test
  void manifestOfAnotherSnapshotIsRefused() throws Exception {
    byte[] other =
        Files.readAllBytes(Fixture.store().resolve("vm/100/2025-11-23T01:00:00Z/index.json.blob"));
    server.bentName = "index.json.blob";
    server.bent = bytes -> other;
    fails("tampered with", "restore", VM, "drive-scsi0.img", "disk.raw");
    assertThat(home.resolve("disk.raw")).doesNotExist();
  }

  @Test
  void indexThatTheManifestDoesNotNameIsRefused() throws Exception {
    byte[] other = Files.readAllBytes(
        Fixture.store().resolve("vm/100/2025-11-23T01:00:00Z/drive-scsi0.img.fidx"));
    server.bentName = "drive-scsi0.img.fidx";
    server.bent = bytes -> other;
    fails("not what the manifest lists", "restore", VM, "drive-scsi0.img", "disk.raw");
  }

  @Test
  void repeatedAndZeroChunksAreNotFetchedAgain() throws Exception {
    out("restore", VM, "drive-scsi0.img", "disk.raw");
    assertThat(server.asked).doesNotHaveDuplicates();
    assertThat(server.asked)
        .doesNotContain("bb9f8df61474d25e71fa00722318cd387396ca1736605e1248821cc0de3d3af8");
  }

  @Test
  void missingArchiveIsNamed() {
    fails("has no nothing.img.fidx", "restore", VM, "nothing.img", "x");
  }

  @Test
  void nestedNamespaceIsReached() throws Exception {
    out("restore", "ct/200", "root.pxar", "tree", "--ignore-ownership", "--ns", "site1/cluster-a");
    assertThat(home.resolve("tree/etc/hostname")).exists();
  }

  @Test
  void patternRestoresSingleFilesWithTheirDirectories() throws Exception {
    out(
        "restore",
        HOST,
        "root.pxar",
        "out",
        "--ignore-ownership",
        "--pattern",
        "/etc/deep/**",
        "--pattern",
        "!*.bin");
    assertThat(home.resolve("out/etc/deep/text")).exists();
    assertThat(home.resolve("out/etc/deep/er/big.bin")).doesNotExist();
    assertThat(home.resolve("out/var")).doesNotExist();
    fails(
        "nothing in root.pxar matches",
        "restore",
        HOST,
        "root.pxar",
        "out2",
        "--pattern",
        "nowhere");
  }
}
