package io.reprise.ingest.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.datastore.Digest;
import io.reprise.datastore.SnapshotId;
import io.reprise.ingest.EmptyDatastore;
import io.reprise.ingest.TemporaryDirectories;
import io.reprise.ingest.backup.RawBackup;
import io.reprise.ingest.memory.MemoryBudget;
import io.reprise.ingest.upgrade.RawHttp2;
import io.reprise.ingest.upgrade.RawHttp2.Answer;
import io.reprise.ingest.upgrade.RawHttp2.Refused;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reader session from its upgrade to its end (protocol.md §4, §7 items 29, 56 to 58). */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class ReaderSessionTest {
  private static final String PROTOCOL = "proxmox-backup-reader-protocol-v1";
  private static final SnapshotId FIRST = SnapshotId.parse("vm/100/2026-01-01T00:00:00Z");
  private static final SnapshotId SECOND = SnapshotId.parse("vm/100/2026-01-02T00:00:00Z");
  private static final byte[] CONTENT = RawBackup.bytes(100, 1);
  private static final Digest CHUNK = RawBackup.sha256(CONTENT);
  private static final int CHUNKS = 16; // more than may be on its way to one client

  @Inject
  EmptyDatastore store;

  @Inject
  MemoryBudget memory;

  @BeforeEach
  void backUp() throws Exception {
    store.create();
    for (SnapshotId snapshot : new SnapshotId[] {FIRST, SECOND}) {
      var backup = new RawBackup(store.backup(snapshot));
      backup.finish(snapshot, backup.image("a.img.fidx", CONTENT));
      backup.http().close();
      store.endedTask("backup");
    }
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Path file(String name) {
    return store.directory(FIRST).resolve(name);
  }

  private static Answer download(RawHttp2 client, String name) throws Exception {
    return client.call("GET", "/download?file-name=" + name);
  }

  private static Answer chunk(RawHttp2 client, Digest digest) throws Exception {
    return client.call("GET", "/chunk?digest=" + digest);
  }

  @Test
  void theUpgradeIsRefusedWithoutItsHeaderSnapshotOrRight() {
    String target = store.target("reader", FIRST, "");
    assertThat(refused(target, "proxmox-backup-protocol-v1")).isEqualTo(400);
    SnapshotId none = SnapshotId.parse("vm/100/2026-01-03T00:00:00Z");
    assertThat(refused(store.target("reader", none, ""), PROTOCOL)).isEqualTo(400);
    SnapshotId noGroup = SnapshotId.parse("vm/101/2026-01-01T00:00:00Z");
    assertThat(refused(store.target("reader", noGroup, ""), PROTOCOL)).isEqualTo(400);
    assertThat(refused(target + "&ns=none", PROTOCOL)).isEqualTo(400);
    assertThat(refused(target.replace(store.name(), "nosuchstore"), PROTOCOL)).isEqualTo(400);
    String secret = token();
    var noRight = catchThrowableOfType(
        Refused.class,
        () -> store.open(
            target,
            "Authorization: PBSAPIToken=admin@pbs!" + store.name() + ":" + secret,
            "Upgrade: " + PROTOCOL));
    assertThat(noRight.status()).isEqualTo(400); // not 403 here
  }

  private String token() {
    return store
        .api()
        .as(store.admin())
        .post("/access/users/admin@pbs/token/" + store.name())
        .jsonPath()
        .getString("data.value");
  }

  private int refused(String target, String upgrade) {
    return catchThrowableOfType(Refused.class, () -> store.open(target, upgrade))
        .status();
  }

  @Test
  void whoMayOnlyBackUpReadsOwnGroupsAlone() throws Exception {
    String secret = token();
    String id = "admin@pbs!" + store.name();
    var login =
        new String[] {"Authorization: PBSAPIToken=" + id + ":" + secret, "Upgrade: " + PROTOCOL};
    grant(id, "DatastoreBackup");
    String target = store.target("reader", FIRST, "");
    assertThat(
            catchThrowableOfType(Refused.class, () -> store.open(target, login)).status())
        .isEqualTo(400);
    Files.writeString(store.path().resolve("vm/100/owner"), id + "\n");
    assertThat(download(store.open(target, login), "index.json.blob").status()).isEqualTo(200);
    Files.writeString(store.path().resolve("vm/100/owner"), "admin@pbs\n");
    grant(id, "DatastoreReader");
    assertThat(download(store.open(target, login), "index.json.blob").status()).isEqualTo(200);
  }

  private void grant(String id, String role) {
    io.reprise.ingest.Api.form(
            store.api().as(store.admin()),
            "path",
            "/datastore/" + store.name(),
            "role",
            role,
            "auth-id",
            id)
        .put("/access/acl")
        .then()
        .statusCode(200);
  }

  @Test
  void filesComeAsTheyAreStored() throws Exception {
    RawHttp2 client = store.reader(FIRST);
    assertThat(client.head()).startsWith("HTTP/1.1 101 ").contains("\r\nupgrade: " + PROTOCOL);
    for (String name : new String[] {"index.json.blob", "a.img.fidx"}) {
      Answer answer = download(client, name);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.type()).isEqualTo("application/octet-stream");
      assertThat(answer.bytes()).isEqualTo(Files.readAllBytes(file(name)));
    }
  }

  @Test
  void aMissingBlobIs404AndAMissingIndex400() throws Exception {
    RawHttp2 client = store.reader(FIRST);
    assertThat(download(client, "client.log.blob").status()).isEqualTo(404);
    assertThat(download(client, "b.img.fidx").status()).isEqualTo(400);
    assertThat(download(client, "b.pxar.didx").status()).isEqualTo(400);
    byte[] manifest = Files.readAllBytes(file("index.json.blob"));
    Files.delete(file("index.json.blob"));
    assertThat(download(client, "index.json.blob").status()).isEqualTo(404);
    Files.write(file("index.json.blob"), manifest);
    Files.write(file("broken.didx"), new byte[5000]);
    assertThat(download(client, "broken.didx").status()).isEqualTo(400);
    Files.createDirectory(file("directory.blob"));
    assertThat(download(client, "directory.blob").status()).isEqualTo(404);
    Files.createSymbolicLink(file("link.blob"), store.path().resolve("vm/100/owner"));
    assertThat(download(client, "link.blob").status()).isIn(400, 404);
    assertThat(download(client, "a.img.fidx").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "owner",
        "..%2Fowner",
        "..%2F2026-01-02T00%3A00%3A00Z%2Findex.json.blob",
        "%2Fetc%2Fpasswd",
        "..",
        ".",
        "",
        ".blob",
        "..blob",
        "index.json.blob%00",
        "index.json.blob%2F",
        "%2E%2E%2Fx.blob",
        "a.tmp_fidx"
      })
  void aNameThatLeadsElsewhereIsRefused(String name) throws Exception {
    RawHttp2 client = store.reader(FIRST);
    Answer answer = download(client, name);
    assertThat(answer.status()).as(answer.toString()).isIn(400, 404);
    assertThat(answer.text()).doesNotContain("admin@pbs");
    assertThat(download(client, "index.json.blob").status()).isEqualTo(200);
  }

  @Test
  void aChunkIsForWhoHasItsIndex() throws Exception {
    RawHttp2 client = store.reader(FIRST);
    Instant start = Instant.now();
    assertThat(chunk(client, CHUNK).status()).isEqualTo(401);
    assertThat(Duration.between(start, Instant.now())).isGreaterThan(Duration.ofMillis(2_900));
    assertThat(download(client, "a.img.fidx").status()).isEqualTo(200);
    Answer answer = chunk(client, CHUNK);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.type()).isEqualTo("application/octet-stream");
    assertThat(answer.bytes()).isEqualTo(Files.readAllBytes(store.chunkFile(CHUNK)));
    assertThat(chunk(client, RawBackup.sha256(new byte[1])).status()).isEqualTo(401);
    for (String digest : new String[] {"", "x", "..%2F..", "A".repeat(64), "0".repeat(63)}) {
      assertThat(client.call("GET", "/chunk?digest=" + digest).status()).isEqualTo(400);
    }
  }

  @Test
  void aChunkThatIsMissingOrNoChunkIs400() throws Exception {
    RawHttp2 client = store.reader(FIRST);
    download(client, "a.img.fidx");
    Files.delete(store.chunkFile(CHUNK));
    assertThat(chunk(client, CHUNK).status()).isEqualTo(400);
    Files.createDirectory(store.chunkFile(CHUNK));
    assertThat(chunk(client, CHUNK).status()).isEqualTo(400);
    Files.delete(store.chunkFile(CHUNK));
    try (var large = new java.io.RandomAccessFile(store.chunkFile(CHUNK).toFile(), "rw")) {
      large.setLength(1L << 40); // sparse
    }
    assertThat(chunk(client, CHUNK).status()).isEqualTo(400);
    assertThat(download(client, "index.json.blob").status()).isEqualTo(200);
  }

  @Test
  void aSpeedtestIsAMebibyteOfA() throws Exception {
    byte[] expected = new byte[1 << 20];
    Arrays.fill(expected, (byte) 'A');
    assertThat(store.reader(FIRST).call("GET", "/speedtest").bytes()).isEqualTo(expected);
  }

  @Test
  void aSnapshotThatIsReadCannotBeForgottenAndOthersCan() throws Exception {
    RawHttp2 one = store.reader(FIRST);
    RawHttp2 two = store.reader(FIRST);
    assertThat(store.forget(FIRST)).isEqualTo(400);
    assertThat(store.forget(SECOND)).isEqualTo(200);
    one.close();
    assertThat(two.call("GET", "/speedtest").status()).isEqualTo(200);
    assertThat(store.forget(FIRST)).isEqualTo(400);
    two.vanish();
    await().until(() -> store.forget(FIRST) == 200);
  }

  @Test
  void theTaskOfAReaderEndsWellWhenItsClientLeaves() throws Exception {
    store.reader(FIRST).close();
    var task = store.endedTask("reader");
    assertThat(task.getString("status")).isEqualTo("OK");
    assertThat(task.getString("worker_id"))
        .isEqualTo("%s:vm/100/%08X".formatted(store.name(), FIRST.time()));
  }

  @Test
  void aClientThatStopsReadingHoldsItsShareAndOthersGoOn() throws Exception {
    SnapshotId large = SnapshotId.parse("vm/100/2026-01-04T00:00:00Z");
    var backup = new RawBackup(store.backup(large));
    byte[][] chunks = new byte[CHUNKS][];
    for (int i = 0; i < CHUNKS; i++) {
      chunks[i] = RawBackup.random(RawBackup.MIB4, i);
    }
    backup.finish(large, backup.image("a.img.fidx", chunks));
    backup.http().close();
    store.endedTask("backup");

    RawHttp2 stuck = store.silent(
        store.target("reader", large, ""),
        "Upgrade: " + PROTOCOL,
        "Cookie: " + store.admin().cookie());
    stuck.headers("GET", "/download?file-name=a.img.fidx", true);
    var asked = new ArrayList<Integer>();
    for (byte[] plain : chunks) {
      asked.add(stuck.headers("GET", "/chunk?digest=" + RawBackup.sha256(plain), true));
    }
    await().until(() -> memory.sending() > 0);
    for (int i = 0; i < 100; i++) stuck.headers("GET", "/download?file-name=a.img.fidx", true);

    RawHttp2 reading = store.reader(large);
    download(reading, "a.img.fidx");
    for (byte[] plain : chunks) {
      assertThat(chunk(reading, RawBackup.sha256(plain)).bytes()).isEqualTo(RawBackup.blob(plain));
      assertThat(memory.sending() + memory.readsHeld()).isLessThanOrEqualTo(memory.total());
    }
    stuck.reading();
    assertThat(stuck.answer(asked.getLast()).status()).isIn(200, 401);
  }
}
