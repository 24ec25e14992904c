package io.reprise.ingest.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;

import com.github.luben.zstd.ZstdInputStream;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.datastore.Fixture;
import io.reprise.ingest.Api;
import io.reprise.ingest.Server;
import io.reprise.ingest.TemporaryDirectories;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files inside archives that a real PBS wrote (protocol.md §5.2). */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class ContentTest {
  private static final String STORE = "/admin/datastore/fixpub/";
  private static final String SNAPSHOT = "backup-type=host&backup-id=srv1&backup-time=1763863200";
  private static final String ENCRYPTED = "backup-type=host&backup-id=enc1&backup-time=1763874000";

  @Inject
  Server server;

  private Api api;
  private Map<String, String> sums = Map.of();

  @BeforeEach
  void open() throws IOException {
    Fixture.store();
    sums = Fixture.sha256sums();
    api = new Api(server.port());
  }

  private static String path(String path) {
    return "&filepath="
        + Api.encoded(Base64.getEncoder().encodeToString(path.getBytes(StandardCharsets.UTF_8)));
  }

  private JsonPath catalog(String path) {
    return api.asAdmin()
        .get(STORE + "catalog?" + SNAPSHOT + path)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  private byte[] download(String path) {
    return api.asAdmin()
        .get(STORE + "pxar-file-download?" + SNAPSHOT + path)
        .then()
        .statusCode(200)
        .extract()
        .asByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"&filepath=root", "&filepath=%2F"})
  void theTopOfTheCatalogIsTheArchives(String top) {
    JsonPath entries = catalog(top);
    assertThat(entries.getList("data")).hasSize(1);
    assertThat(entries.getString("data[0].filepath")).isEqualTo("L3Jvb3QucHhhci5kaWR4");
    assertThat(entries.getString("data[0].text")).isEqualTo("root.pxar.didx");
    assertThat(entries.getString("data[0].type")).isEqualTo("d");
    assertThat(entries.getBoolean("data[0].leaf")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/root.pxar.didx/etc", "root.pxar.didx/etc"})
  void aDirectoryOfTheCatalogHasPathsTypesAndSizes(String path) {
    JsonPath entries = catalog(path(path));
    String hostname = "data.find { it.text == 'hostname' }";
    assertThat(new String(
            Base64.getDecoder().decode(entries.getString(hostname + ".filepath")),
            StandardCharsets.UTF_8))
        .isEqualTo("root.pxar.didx/etc/hostname");
    assertThat(entries.getString(hostname + ".type")).isEqualTo("f");
    assertThat(entries.getBoolean(hostname + ".leaf")).isTrue();
    assertThat(entries.getLong(hostname + ".size")).isEqualTo(7);
    assertThat(entries.getLong(hostname + ".mtime")).isEqualTo(1_795_412_663);
    assertThat(entries.getMap("data.find { it.text == 'deep' }"))
        .doesNotContainKeys("size", "mtime");
  }

  @Test
  void unknownAndMalformedPathsAndEncryptedCatalogsAre400() {
    for (String path : new String[] {
      path("/root.pxar.didx/nowhere"),
      path("/root.pxar.didx/etc/hostname"),
      "&filepath=***",
      path("/root.pxar.didx/../etc")
    }) {
      api.asAdmin().get(STORE + "catalog?" + SNAPSHOT + path).then().statusCode(400);
    }
    api.asAdmin().get(STORE + "catalog?" + ENCRYPTED + path("/")).then().statusCode(400);
    for (String path : new String[] {
      path("/root.pxar.didx/nowhere"), path("/index.json.blob"), path("/../../etc/passwd"), path("")
    }) {
      api.asAdmin().get(STORE + "pxar-file-download?" + SNAPSHOT + path).then().statusCode(400);
    }
    api.asAdmin()
        .get(STORE + "pxar-file-download?" + ENCRYPTED + path("/root.pxar.didx/etc/hostname"))
        .then()
        .statusCode(400);
    api.asAdmin()
        .get(STORE + "download-decoded?" + ENCRYPTED + "&file-name=root.pxar.didx")
        .then()
        .statusCode(400)
        .body(containsString("encrypted"));
    api.asAdmin()
        .get(STORE + "download?" + SNAPSHOT + "&file-name=missing.blob")
        .then()
        .statusCode(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"etc/hostname", "etc/deep/er/big.bin", "etc/deep/text"})
  void aFileIsSentAsItWas(String file) throws IOException {
    assertThat(Fixture.sha256(new ByteArrayInputStream(download(path("/root.pxar.didx/" + file)))))
        .isEqualTo(sums.get(file));
  }

  @Test
  void aDirectoryIsSentAsZip() throws IOException {
    var seen = new HashMap<String, String>();
    try (var zip =
        new ZipInputStream(new ByteArrayInputStream(download(path("/root.pxar.didx/etc"))))) {
      for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (!entry.isDirectory()) seen.put(entry.getName(), Fixture.sha256(zip));
      }
    }
    assertThat(seen).hasSizeGreaterThan(3);
    assertThat(seen).allSatisfy((name, sum) -> assertThat(sum).isEqualTo(sums.get(name)));
  }

  @Test
  void theFilesOfAZipHaveModesAndTimes() throws IOException {
    byte[] sent = download(path("/root.pxar.didx/etc"));
    try (var zip = ZipFile.builder().setByteArray(sent).get()) {
      assertThat(zip.getEntry("etc/hostname").getUnixMode()).isEqualTo(0100640);
      assertThat(zip.getEntry("etc/deep/").getUnixMode()).isEqualTo(040755);
      assertThat(zip.getEntry("etc/hostname").getLastModifiedTime().toInstant().getEpochSecond())
          .isEqualTo(1_795_412_663);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/etc"})
  void aDirectoryIsSentAsTarWithZstdWithModesOwnersLinksAndDevices(String directory)
      throws IOException {
    var files = new HashMap<String, String>();
    var entries = new HashMap<String, TarArchiveEntry>();
    byte[] sent = download(path("/root.pxar.didx" + directory) + "&tar=1");
    try (var tar =
        new TarArchiveInputStream(new ZstdInputStream(new ByteArrayInputStream(sent)), "UTF-8")) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        entries.put(entry.getName(), entry);
        if (entry.getLinkFlag() == TarConstants.LF_NORMAL) {
          files.put(entry.getName(), Fixture.sha256(tar));
        }
      }
    }
    assertThat(files).hasSizeGreaterThan(3);
    assertThat(files).allSatisfy((name, sum) -> assertThat(sum).isEqualTo(sums.get(name)));
    TarArchiveEntry empty = entries.get("etc/empty");
    assertThat(empty.getLongUserId()).isEqualTo(1000);
    assertThat(empty.getLongGroupId()).isEqualTo(1001);
    assertThat(entries.get("etc/hostname").getMode() & 07777).isEqualTo(0640);
    assertThat(entries.get("etc/deep/").isDirectory()).isTrue();
    assertThat(entries.get("etc/hostname").getLastModifiedTime().toInstant().getEpochSecond())
        .isEqualTo(1_795_412_663);
    if (!directory.isEmpty()) return;
    assertThat(entries.get("var/link").getLinkName()).isEqualTo("../etc/hostname");
    assertThat(entries.get("var/fifo").isFIFO()).isTrue();
    assertThat(entries.get("var/null").isCharacterDevice()).isTrue();
    assertThat(entries.values()).anyMatch(TarArchiveEntry::isLink);
  }

  @Test
  void theFilesOfARealSnapshotAreListedInTheManifestsOrderWithTheManifestBehindThem() {
    api.asAdmin()
        .get(STORE + "files?" + SNAPSHOT)
        .then()
        .statusCode(200)
        .body("data.filename", contains("root.pxar.didx", "catalog.pcat1.didx", "index.json.blob"));
  }
}
