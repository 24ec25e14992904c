package io.reprise.ingest.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.datastore.SnapshotId;
import io.reprise.ingest.TemporaryDirectories;
import io.reprise.ingest.upgrade.RawHttp2;
import io.reprise.ingest.upgrade.RawHttp2.Refused;
import java.nio.file.Files;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets a backup session, and who does not (protocol.md §3.1, §7 items 30 to 36). */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class UpgradeTest extends SessionTest {
  private static final String PROTOCOL = "proxmox-backup-protocol-v1";
  private static final SnapshotId OTHER = SnapshotId.parse("ct/100/2026-01-01T00:00:00Z");

  private static Refused refused(ThrowingCallable call) {
    return catchThrowableOfType(Refused.class, call);
  }

  private void backUp(SnapshotId snapshot) throws Exception {
    var backup = new RawBackup(store.backup(snapshot));
    backup.finish(snapshot, backup.image("a.img.fidx", RawBackup.bytes(100, 1)));
    backup.http().close();
    assertThat(store.endedTask("backup").getString("status")).isEqualTo("OK");
  }

  @Test
  void anUpgradeNeedsNoConnectionHeaderAndNoHost() throws Exception {
    var client = store.open(
        store.target("backup", FIRST, ""),
        "Upgrade: " + PROTOCOL,
        "Cookie: " + store.admin().cookie());
    assertThat(client.head()).startsWith("HTTP/1.1 101 ").contains("\r\nupgrade: " + PROTOCOL);
    assertThat(client.call("GET", "/previous_backup_time").text()).isEqualTo("{\"data\":null}");
  }

  @Test
  void anUpgradeWithAnotherOrNoUpgradeHeaderIsRefused() {
    String cookie = "Cookie: " + store.admin().cookie();
    String target = store.target("backup", FIRST, "");
    for (String upgrade : new String[] {
      "Upgrade: proxmox-backup-reader-protocol-v1",
      "Upgrade: Proxmox-Backup-Protocol-V1",
      "Upgrade: websocket",
      "Accept: nothing"
    }) {
      assertThat(refused(() -> store.open(target, cookie, upgrade)).status())
          .as(upgrade)
          .isEqualTo(400);
    }
    assertThat(store.directory(FIRST)).doesNotExist();
  }

  @Test
  void namespaceStoreAndPrivilegeAreLookedAt() {
    assertThat(refused(() -> store.open(store.target("backup", FIRST, "&ns=none"), PROTOCOL))
            .status())
        .isEqualTo(404);
    String elsewhere = store.target("backup", FIRST, "").replace(store.name(), "nosuchstore");
    assertThat(refused(() -> store.open(elsewhere, PROTOCOL)).status()).isEqualTo(400);
    String secret = store
        .api()
        .as(store.admin())
        .post("/access/users/admin@pbs/token/" + store.name())
        .jsonPath()
        .getString("data.value");
    var noRight = refused(() -> store.open(
        store.target("backup", FIRST, ""),
        "Authorization: PBSAPIToken admin@pbs!" + store.name() + ":" + secret,
        "Upgrade: " + PROTOCOL));
    assertThat(noRight.status()).isEqualTo(403);
    var nobody = refused(() -> store.open(
        store.target("backup", FIRST, ""), "Upgrade: " + PROTOCOL, "Connection: upgrade"));
    assertThat(nobody.status()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "backup-id=..%2Fb",
        "backup-id=..",
        "backup-id=a%2Fb",
        "backup-id=a%00b",
        "backup-id=%2Fetc",
        "backup-id=.hidden",
        "ns=..",
        "ns=a%2F..%2F..%2Fb",
        "ns=%2Fetc",
        "ns=a%2F%2F..",
        "store=..%2Flab",
        "store=lab%2F..",
        "backup-type=..",
        "backup-type=vm%2F..",
        "backup-time=0",
        "backup-time=-1",
        "backup-time=99999999999999999999",
        "backup-time=1e3"
      })
  void aNameThatLeadsElsewhereIsRefused(String parameter) throws Exception {
    String name = parameter.substring(0, parameter.indexOf('='));
    String target = store.target("backup", FIRST, "");
    String changed = name.equals("ns")
        ? target + "&" + parameter
        : target.replaceFirst(name + "=[^&]*", parameter.replace("\\", "\\\\"));
    assertThat(refused(() -> store.open(changed, PROTOCOL)).status()).isEqualTo(400);
    assertThat(Files.exists(store.directory(FIRST))).isFalse();
  }

  @Test
  void benchmarksHaveTheirGroupAndTheGroupIsForThemAlone() {
    assertThat(refused(() -> store.open(store.target("backup", FIRST, "&benchmark=1"), PROTOCOL))
            .status())
        .isEqualTo(400);
    SnapshotId benchmark = SnapshotId.parse("host/benchmark/2026-01-01T00:00:00Z");
    assertThat(refused(() -> store.backup(benchmark)).status()).isEqualTo(400);
  }

  @Test
  void aGroupTakesOneSessionAtATimeAndOtherGroupsGoOn() throws Exception {
    RawHttp2 running = store.backup(FIRST);
    assertThat(refused(() -> store.backup(SECOND)).status()).isEqualTo(400);
    assertThat(store.backup(OTHER).call("GET", "/previous_backup_time").status())
        .isEqualTo(200);
    running.close();
    await().until(() -> refused(() -> store.backup(SECOND)) == null);
  }

  @Test
  void aBackupMustBeNewerThanTheLastFinishedOne() throws Exception {
    backUp(SECOND);
    assertThat(refused(() -> store.backup(SECOND)).status()).isEqualTo(400);
    assertThat(refused(() -> store.backup(FIRST)).status()).isEqualTo(400);
    var later = store.backup(SnapshotId.parse("vm/100/2026-01-02T00:00:01Z"));
    assertThat(later.call("GET", "/previous_backup_time").text())
        .isEqualTo("{\"data\":" + SECOND.time() + "}");
  }

  @Test
  void aSnapshotThatFailedVerificationIsNoBase() throws Exception {
    backUp(FIRST);
    backUp(SECOND);
    store.markFailed(SECOND);
    var client = store.backup(SnapshotId.parse("vm/100/2026-01-03T00:00:00Z"));
    assertThat(client.call("GET", "/previous_backup_time").text()).isEqualTo("{\"data\":null}");
    assertThat(client.call("GET", "/previous?archive-name=a.img.fidx").status()).isEqualTo(400);
  }

  @Test
  void theBaseCannotBeForgottenWhileItIsBuiltUpon() throws Exception {
    backUp(FIRST);
    RawHttp2 running = store.backup(SECOND);
    assertThat(store.forget(FIRST)).isEqualTo(400);
    running.close();
    await().until(() -> store.forget(FIRST) == 200);
  }
}
