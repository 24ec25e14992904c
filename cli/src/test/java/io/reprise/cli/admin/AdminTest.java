package io.reprise.cli.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.cli.server.AgainstFakePbs;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The manager's words over REST (cli.md §4.1, checklist 30). */
class AdminTest extends AgainstFakePbs {
  @BeforeEach
  void plainTables() {
    scene.with("LC_ALL", "C");
  }

  private String out(String line) {
    return super.out(line.split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "datastore list; config/datastore; name path comment",
        "user list; access/users; userid enable expire firstname lastname email comment",
        "user list-tokens u@pbs; access/users/u@pbs/token; tokenid enable expire comment",
        "acl list; access/acl; ugid path propagate roleid",
        "remote list; config/remote; name host auth-id fingerprint comment",
        "sync-job list; config/sync; id store remote remote-store schedule group-filter rate-in comment",
        "prune-job list; config/prune; id disable store ns schedule max-depth keep-last keep-hourly"
            + " keep-daily keep-weekly keep-monthly keep-yearly",
        "verify-job list; config/verify; id store schedule ignore-verified outdated-after comment",
        "user tfa list u@pbs; access/tfa/u@pbs; id type description created",
        "traffic-control list; config/traffic-control; name rate-in burst-in rate-out burst-out network"
            + " timeframe comment",
        "garbage-collection list; admin/gc; store last-run-endtime duration removed-bytes pending-bytes"
            + " last-run-state schedule next-run",
      })
  void listsHaveTheColumnsOfTheManager(String command, String path, String columns) {
    server.data.put(path, "[{}]");
    String header = out(command).lines().skip(1).findFirst().orElseThrow();
    assertThat(header.replaceAll("[| ]+", " ").strip()).isEqualTo(columns);
  }

  @Test
  void valuesStandWhereTheyBelong() {
    server.data.put("config/prune", """
        [{"id":"p2","store":"s","schedule":"daily","keep-last":3,"disable":true},
         {"id":"p1","store":"s","schedule":"hourly","ns":"a","max-depth":2}]""");
    scene.with("PROXMOX_OUTPUT_NO_BORDER", "1");
    assertThat(
            out("prune-job list").lines().map(line -> line.replaceAll(" +", " ").strip()))
        .containsExactly("p1 s a hourly 2", "p2 1 s daily 3");
    server.data.put("config/sync", "[{\"id\":\"j\",\"store\":\"s\",\"remote-store\":\"t\"}]");
    assertThat(out("sync-job list")).startsWith("j s  t  all");
    server.data.put("config/sync", """
        [{"id":"j","store":"s","remote-store":"t","group-filter":["type:vm","group:ct/1"]}]""");
    assertThat(out("sync-job list")).contains("type:vm OR group:ct/1");
    server.data.put("config/traffic-control", """
        [{"name":"t","network":["10.0.0.0/8","::/0"],"rate-in":"1 MB","timeframe":["8-9"]}]""");
    assertThat(out("traffic-control list"))
        .isEqualTo("t 1 MB    [\"10.0.0.0/8\",\"::/0\"] [\"8-9\"]\n");
    server.data.put("admin/traffic-control", """
        [{"name":"u","cur-rate-in":0,"cur-rate-out":549},{"name":"t","cur-rate-in":2048,"cur-rate-out":1}]""");
    assertThat(out("traffic-control traffic")).isEqualTo("t 2 KiB   1 B\nu   0 B 549 B\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "prune-job create j --store s --schedule daily --keep-last 3 --disable false;"
            + " POST config/prune {} {\"store\":\"s\",\"schedule\":\"daily\",\"disable\":false,\"keep-last\":3,\"id\":\"j\"}",
        "prune-job update j --delete comment --delete ns --keep-last 1;"
            + " PUT config/prune/j {delete=comment,ns, keep-last=1}",
        "verify-job remove j --digest abc; DELETE config/verify/j {digest=abc}",
        "sync-job create j --store s --remote-store t --group-filter type:vm --group-filter group:ct/1;"
            + " POST config/sync {} {\"store\":\"s\",\"remote-store\":\"t\",\"group-filter\":[\"type:vm\",\"group:ct/1\"],\"id\":\"j\"}",
        "remote update r --host h; PUT config/remote/r {host=h}",
        "acl update /datastore Admin --auth-id u@pbs --propagate false;"
            + " PUT access/acl {auth-id=u@pbs, path=/datastore, propagate=false, role=Admin}",
        "user update u@pbs --email x --enable off; PUT access/users/u@pbs {email=x, enable=false}",
        "user delete-token u@pbs t; DELETE access/users/u@pbs/token/t {}",
        "datastore update s --verify-new on; PUT config/datastore/s {verify-new=true}",
        "user tfa delete u@pbs x; DELETE access/tfa/u@pbs/x {password=secret}",
        "ldap create l --server1 s --base-dn d --user-attr uid --verify on;"
            + " POST config/access/ldap {} {\"base-dn\":\"d\",\"user-attr\":\"uid\",\"server1\":\"s\",\"verify\":true,\"realm\":\"l\"}",
        "ad delete a; DELETE config/access/ad/a {}",
        "traffic-control create t --network 10.0.0.0/8 --rate-in 10MB;"
            + " POST config/traffic-control {} {\"network\":[\"10.0.0.0/8\"],\"rate-in\":\"10MB\",\"name\":\"t\"}",
        "api set /config/datastore/s --comment=new --delete notify --delete tuning;"
            + " PUT config/datastore/s {comment=new, delete=notify,tuning}",
        "api create access/users --userid u@pbs --expire 5; POST access/users {} userid=u%40pbs&expire=5",
        "api delete access/users/u@pbs; DELETE access/users/u@pbs {}",
        "namespace create a/b; POST admin/datastore/store/namespace {} {\"name\":\"b\",\"parent\":\"a\"}",
        "change-owner vm/1 u@pbs --ns a;"
            + " POST admin/datastore/store/change-owner {} {\"ns\":\"a\",\"backup-type\":\"vm\",\"backup-id\":\"1\",\"new-owner\":\"u@pbs\"}",
      })
  void changesAreTheServersCalls(String command, String call) {
    String path = call.split(" ")[1];
    server.data.put(path, "null");
    out(command);
    assertThat(
            server.calls.getLast().replaceAll("=0\\b", "=false").replaceAll("=1\\b(?!})", "=true"))
        .isEqualTo(call);
    assertThat(scene.out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "prune-job create j --store s, schedule",
    "remote create r --host h --auth-id u@pbs, password",
    "prune-job create ../x --store s --schedule daily, id",
    "prune-job update j --keep-last many, keep-last",
    "acl update / Admin, auth-id",
  })
  void whatIsMissingOrWrongIsNamedBeforeAnyCall(String command, String part) {
    assertThat(scene.run(command.split(" "))).isEqualTo(255);
    assertThat(scene.err()).contains("Error: ").contains(part);
    assertThat(server.calls).isEmpty();
  }

  @Test
  void tokenIsShownOnceAndPretty() {
    server.data.put("access/users/u@pbs/token/t", "{\"value\":\"secret\",\"tokenid\":\"u@pbs!t\"}");
    assertThat(out("user generate-token u@pbs t"))
        .isEqualTo("Result: {\n  \"tokenid\": \"u@pbs!t\",\n  \"value\": \"secret\"\n}\n");
  }

  @Test
  void permissionsShowPathPrivilegesAndStars() {
    server.data.put("access/permissions", "{\"/datastore\":{\"B\":true,\"A\":false}}");
    assertThat(out("user permissions u@pbs")).endsWith("Path: /datastore\n- A\n- B (*)\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "verify s; {}",
        "verify s --ns a --max-depth 0; {\"ns\":\"a\",\"max-depth\":0}",
        "verify s vm/1 --ignore-verified 0;"
            + " {\"backup-type\":\"vm\",\"backup-id\":\"1\",\"ignore-verified\":false}",
        "verify s vm/1/2026-11-22T23:33:06Z;"
            + " {\"backup-type\":\"vm\",\"backup-id\":\"1\",\"backup-time\":1795390386}",
      })
  void aDatastoreANamespaceAGroupOrASnapshotIsVerified(String command, String body) {
    server.data.put("admin/datastore/s/verify", "\"UPID:none\"");
    scene.run(command.split(" "));
    assertThat(server.calls)
        .contains(
            body.equals("{}")
                ? "POST admin/datastore/s/verify {}"
                : "POST admin/datastore/s/verify {} " + body);
  }

  @ParameterizedTest
  @CsvSource({
    "prune-job run j, admin/prune/j/run",
    "garbage-collection start s, admin/datastore/s/gc",
    "verify s --outdated-after 7, admin/datastore/s/verify",
    "garbage-collect, admin/datastore/store/gc",
    "datastore create s /x, config/datastore",
    "pull far main s, pull",
    "api create /admin/datastore/s/gc, admin/datastore/s/gc",
  })
  void tasksAreFollowedAndTheirFailureIsOurs(String command, String path) {
    String upid = "UPID:h:00000001:00000001:00000001:69225000:t:w:u@pbs:";
    server.data.put(path, '"' + upid + '"');
    String task = "nodes/localhost/tasks/" + upid;
    server.data.put(task + "/log", "[{\"n\":1,\"t\":\"2025-11-23T00:00:00+00:00: working\"}]");
    server.data.put(task + "/status", "{\"exitstatus\":\"OK\"}");
    assertThat(out(command)).isEqualTo("working\n");
    server.data.put(task + "/status", "{\"exitstatus\":\"disk is gone\"}");
    assertThat(scene.run(command.split(" "))).isEqualTo(255);
    assertThat(scene.err()).isEqualTo("Error: the task failed: disk is gone\n");
  }

  @Test
  void garbageCollectAsJsonIsTheUpidAtOnce() {
    server.data.put("admin/datastore/store/gc", "\"UPID:x\"");
    assertThat(out("garbage-collect --output-format json")).isEqualTo("\"UPID:x\"\n");
  }

  @Test
  void theCertificateIsShownWithTheFingerprintThatClientsExpect() {
    server.data.put("nodes/localhost/certificates/info", """
        [{"filename":"proxy.pem","subject":"O = X, CN = h","issuer":"O = X, CN = h","san":["localhost","127.0.0.1"],
          "notbefore":1795791986,"notafter":33331791986,"fingerprint":"aa:bb","pem":"-",
          "public-key-type":"rsaEncryption","public-key-bits":4096}]""");
    assertThat(out("cert info")).isEqualTo("""
        Subject: O = X, CN = h
            DNS:localhost
            IP:127.0.0.1
        Issuer: O = X, CN = h
        Validity:
            Not Before: Nov 27 15:06:26 2026 GMT
            Not After : Mar 30 15:06:26 3026 GMT
        Fingerprint (sha256): aa:bb
        Public key type: rsaEncryption
        Public key bits: 4096
        """);
  }

  @Test
  void anyCallOfTheApiCanBeMade() {
    server.data.put("access", "[{\"subdir\":\"acl\"},{\"subdir\":\"users\"}]");
    assertThat(out("api ls /access")).isEqualTo("acl\nusers\n");
    server.data.put("version", "{\"version\":\"3.2\"}");
    assertThat(out("api get version --output-format json")).isEqualTo("{\"version\":\"3.2\"}\n");
    assertThat(server.calls.getLast()).isEqualTo("GET version {}");
    assertThat(scene.run("api", "get", "version", "--lonely")).isEqualTo(255);
    assertThat(scene.err()).contains("'--lonely' needs a value");
  }
}
