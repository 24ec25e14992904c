package io.reprise.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.cli.Scene;
import io.reprise.datastore.Fixture;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code inspect} and {@code recover} on what a real PBS stored (cli.md §4.2). */
class InspectTest {
  private static final String INDEX = "vm/100/2025-11-23T00:00:00Z/drive-scsi1.img.fidx";
  private static final String ENCRYPTED = "host/enc1/2025-11-23T05:00:00Z/root.pxar.didx";

  @TempDir
  Path home;

  Scene scene;
  Path store;

  @BeforeEach
  void scene() {
    scene = new Scene(home).with("LC_ALL", "C");
    store = Fixture.store();
  }

  private String out(String... arguments) {
    assertThat(scene.run(arguments)).as(() -> scene.err()).isZero();
    return scene.out();
  }

  private void fails(String part, String... arguments) {
    assertThat(scene.run(arguments)).isEqualTo(255);
    assertThat(scene.err()).contains("Error: ").contains(part);
  }

  /** The first chunk of an index, copied so that it may be damaged. */
  private Path chunk(String index) throws Exception {
    String json = out("inspect", "file", store.resolve(index).toString(), "--output-format=json");
    String digest =
        json.replaceFirst("(?s).*\"chunk-digests\":\\[\"([0-9a-f]{64}).*", "$1").strip();
    Path copy = home.resolve("chunks").resolve(digest.substring(0, 4)).resolve(digest);
    Files.createDirectories(copy.getParent());
    return Files.copy(
        store.resolve(".chunks").resolve(digest.substring(0, 4)).resolve(digest), copy);
  }

  private static void damage(Path chunk) throws Exception {
    byte[] bytes = Files.readAllBytes(chunk);
    bytes[bytes.length - 1] ^= 1;
    Files.write(chunk, bytes, StandardOpenOption.TRUNCATE_EXISTING);
  }

  @Test
  void archiveIsRecoveredWithoutServer() throws Exception {
    String index = store.resolve(INDEX).toString();
    String chunks = store.resolve(".chunks").toString();
    out("recover", "index", index, chunks);
    assertThat(Fixture.sha256(home.resolve("drive-scsi1.img")))
        .isEqualTo(Fixture.sha256sums().get("disk1.raw"));
    fails("exists", "recover", "index", index, chunks);
    out("recover", "index", index, chunks, "--output-path", "-");
    assertThat(Fixture.sha256(new ByteArrayInputStream(scene.outBytes())))
        .isEqualTo(Fixture.sha256sums().get("disk1.raw"));
  }

  @Test
  void encryptedArchiveNeedsItsKey() throws Exception {
    String index = store.resolve(ENCRYPTED).toString();
    String chunks = store.resolve(".chunks").toString();
    fails("--keyfile", "recover", "index", index, chunks, "--output-path=a");
    out("recover", "index", index, chunks, "--output-path=b", "--keyfile=" + Fixture.key());
    assertThat(home.resolve("b")).hasSize(13_713_658);
  }

  @Test
  void missingAndCorruptChunksAreZerosOnlyWhenAsked() throws Exception {
    Path damaged = chunk(INDEX);
    damage(damaged);
    String index = store.resolve(INDEX).toString();
    fails("is corrupt", "recover", "index", index, "chunks", "--output-path", "a");
    fails(
        "is missing",
        "recover",
        "index",
        index,
        "chunks",
        "--output-path",
        "b",
        "--ignore-corrupt-chunks");
    out(
        "recover",
        "index",
        index,
        "chunks",
        "--output-path",
        "c",
        "--ignore-corrupt-chunks",
        "--ignore-missing-chunks");
    assertThat(scene.err()).contains("WARNING: chunk ").contains("is corrupt", "is missing");
    assertThat(home.resolve("c")).hasBinaryContent(new byte[4_198_400]);
  }

  @Test
  void chunkIsDescribedCheckedAndDecoded() throws Exception {
    Path chunk = chunk(INDEX);
    assertThat(out("inspect", "chunk", chunk.toString(), "--output-format", "json"))
        .contains("\"encryption\":\"none\"")
        .contains("\"decoded-size\":4194304");
    assertThat(out(
            "inspect",
            "chunk",
            chunk.toString(),
            "--reference-filter",
            store.resolve("vm/100").toString()))
        .contains("drive-scsi1.img.fidx")
        .doesNotContain("drive-scsi0.img.fidx");
    out("inspect", "chunk", chunk.toString(), "--decode", "-");
    assertThat(Fixture.sha256(new ByteArrayInputStream(scene.outBytes())))
        .isEqualTo(chunk.getFileName().toString());
    fails(
        "does not have the digest",
        "inspect",
        "chunk",
        chunk.toString(),
        "--digest",
        "0".repeat(64));
    damage(chunk);
    fails("", "inspect", "chunk", chunk.toString());
  }

  @Test
  void encryptedChunkIsDecodedWithItsKeyOnly() throws Exception {
    Path chunk = chunk(ENCRYPTED);
    assertThat(out("inspect", "chunk", chunk.toString(), "--output-format", "json"))
        .contains("\"encryption\":\"encrypt\"")
        .doesNotContain("decoded-size");
    fails("--keyfile", "inspect", "chunk", chunk.toString(), "--decode", "x");
    out("inspect", "chunk", chunk.toString(), "--decode", "x", "--keyfile=" + Fixture.key());
    assertThat(home.resolve("x")).isNotEmptyFile();
  }

  @Test
  void blobAndIndexAreDescribed() throws Exception {
    Path snapshot = store.resolve("vm/100/2025-11-23T00:00:00Z");
    out("inspect", "file", snapshot.resolve("qemu-server.conf.blob").toString(), "--decode", "-");
    assertThat(Fixture.sha256(new ByteArrayInputStream(scene.outBytes())))
        .isEqualTo(Fixture.sha256sums().get("qemu-server.conf"));
    assertThat(out("inspect", "file", store.resolve(INDEX).toString()))
        .containsPattern("size +\\| 4198400")
        .containsPattern("chunks +\\| 2")
        .containsPattern("checksum-ok +\\| true");
    fails("neither", "inspect", "file", Fixture.key().toString());
    fails("no data", "inspect", "file", store.resolve(INDEX).toString(), "--decode", "x");
  }
}
