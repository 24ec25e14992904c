package io.reprise.ingest.rest;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.ingest.Api;
import io.reprise.ingest.Directories;
import io.reprise.ingest.Server;
import io.reprise.ingest.TemporaryDirectories;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lists of what is configured without effect here (protocol.md §5.5, §5.7). */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class IdleConfigurationsTest {
  private static final List<String> FILES = List.of(
      "remote.cfg",
      "sync.cfg",
      "domains.cfg",
      "traffic-control.cfg",
      "metricserver.cfg",
      "notifications.cfg",
      "tape.cfg",
      "tape-job.cfg",
      "media-pool.cfg");

  @Inject
  Server server;

  @Inject
  Directories directories;

  private final Map<String, byte[]> before = new HashMap<>();
  private Api api;

  /** The files of other tests are put away. */
  @BeforeEach
  void open() throws Exception {
    api = new Api(server.port());
    for (String name : FILES) {
      Path file = directories.config().resolve(name);
      if (Files.exists(file)) before.put(name, Files.readAllBytes(file));
      Files.deleteIfExists(file);
    }
  }

  @AfterEach
  void restore() throws Exception {
    for (String name : FILES) Files.deleteIfExists(directories.config().resolve(name));
    for (var file : before.entrySet()) {
      Files.write(directories.config().resolve(file.getKey()), file.getValue());
    }
  }

  private void write(String name, String content) throws Exception {
    Files.writeString(directories.config().resolve(name), content);
  }

  @Test
  void whereNothingIsConfiguredTheListsAreEmpty() {
    for (String path : List.of(
        "/config/remote",
        "/config/sync",
        "/admin/sync",
        "/config/access/openid",
        "/config/access/ldap",
        "/config/access/ad",
        "/config/traffic-control",
        "/admin/traffic-control",
        "/admin/metrics",
        "/config/metrics/influxdb-http",
        "/config/notifications/endpoints/smtp",
        "/config/notifications/targets",
        "/config/media-pool",
        "/config/tape-backup-job",
        "/tape/drive",
        "/tape/media/list")) {
      api.asAdmin().get(path).then().statusCode(200).body("data", empty());
      api.anonymous().get(path).then().statusCode(401);
    }
  }

  @Test
  void remotesAndSyncJobsOfAPbsAreListedWithoutPasswords() throws Exception {
    write("remote.cfg", """
        remote: site2
        \tauth-id sync@pbs
        \thost h.example
        \tpassword c3luY3N5bmM=
        \tport 9007
        """);
    write("sync.cfg", """
        sync: job1
        \tgroup-filter type:vm
        \tremote site2
        \tremote-store far
        \tremove-vanished true
        \tstore near
        """);
    api.asAdmin()
        .get("/config/remote")
        .then()
        .statusCode(200)
        .body(
            "data",
            equalTo(List.of(Map.of(
                "name", "site2", "auth-id", "sync@pbs", "host", "h.example", "port", 9007))));
    api.asAdmin().get("/config/remote/site2").then().body("data", not(hasKey("password")));
    Map<String, Object> job = Map.of(
        "id", "job1",
        "store", "near",
        "remote", "site2",
        "remote-store", "far",
        "remove-vanished", true,
        "group-filter", List.of("type:vm"));
    api.asAdmin().get("/config/sync/job1").then().body("data", equalTo(job));
    api.asAdmin().get("/admin/sync?store=near").then().body("data", equalTo(List.of(job)));
    api.asAdmin().get("/admin/sync?store=other").then().body("data", empty());
    api.asAdmin().get("/config/sync/none").then().statusCode(400);

    var stranger = api.user("stranger@pbs");
    api.as(stranger).get("/config/remote").then().statusCode(200).body("data", empty());
    api.as(stranger).get("/config/sync").then().statusCode(200).body("data", empty());
    api.as(stranger).get("/config/remote/site2").then().statusCode(403);
    api.as(stranger).get("/config/traffic-control").then().statusCode(403);
    api.grant("/datastore/near", "stranger@pbs", "DatastoreAudit");
    api.as(stranger).get("/config/sync").then().body("data", empty());
    api.grant("/remote/site2", "stranger@pbs", "RemoteAudit");
    api.as(stranger).get("/config/sync").then().body("data.id", equalTo(List.of("job1")));
  }

  @Test
  void rulesAndRealmsAreListedAndChangesAreNotInThisVersion() throws Exception {
    write("traffic-control.cfg", """
        rule: slow
        \tnetwork 10.0.0.0/8
        \tnetwork ::/0
        \trate-in 1 MB
        """);
    write("domains.cfg", """
        openid: sso
        \tclient-id me
        \tclient-key secret
        \tissuer-url https://x.example
        """);
    api.asAdmin()
        .get("/config/traffic-control/slow")
        .then()
        .body(
            "data",
            equalTo(Map.of(
                "name", "slow", "network", List.of("10.0.0.0/8", "::/0"), "rate-in", "1 MB")));
    api.asAdmin()
        .get("/config/access/openid")
        .then()
        .body(
            "data",
            equalTo(List.of(
                Map.of("realm", "sso", "client-id", "me", "issuer-url", "https://x.example"))));
    api.asAdmin().get("/config/access/ldap").then().body("data", empty());
    api.asAdmin()
        .get("/admin/traffic-control")
        .then()
        .statusCode(501)
        .body(containsString("not part of this version"));
    Api.form(api.asAdmin(), "name", "fast")
        .post("/config/traffic-control")
        .then()
        .statusCode(501);
    api.asAdmin().delete("/config/access/openid/sso").then().statusCode(501);
  }

  @Test
  void whatIsThereButNotUnderstoodIsNotCalledEmpty() throws Exception {
    write("notifications.cfg", "gotify: g\n\tserver https://g.example\n");
    write("tape.cfg", "lto: d\n\tpath /dev/nst0\n");
    for (String path :
        List.of("/config/notifications/endpoints/gotify", "/tape/drive", "/config/changer")) {
      api.asAdmin().get(path).then().statusCode(501).body(containsString("not part of this"));
    }
  }
}
