package io.reprise.ingest.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.ingest.Api;
import io.reprise.ingest.Directories;
import io.reprise.ingest.Server;
import io.reprise.ingest.TemporaryDirectories;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Prune jobs over REST, as a PBS 3.2.4 was seen to answer. */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class PruneJobTest {
  private static final String OTHER_DIGEST = "0".repeat(64);

  @Inject
  Server server;

  @Inject
  Directories directories;

  private Api api;
  private Api.Session admin;

  @BeforeEach
  void login() throws IOException {
    api = new Api(server.port());
    admin = api.login(Api.ADMIN, Api.ADMIN_PASSWORD);
    Files.deleteIfExists(directories.config().resolve("prune.cfg"));
    try (Stream<Path> files = Files.list(directories.state().resolve("requests"))) {
      for (var file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        Files.delete(file);
      }
    }
  }

  private ValidatableResponse create(String... fields) {
    return Api.form(api.as(admin), fields).post("/config/prune").then();
  }

  private String cfg() throws IOException {
    return Files.readString(directories.config().resolve("prune.cfg"));
  }

  private String digest() {
    return api.as(admin).get("/config/prune").jsonPath().getString("digest");
  }

  @Test
  void aJobIsWrittenAsAPbsWritesIt() throws Exception {
    create(
            "id",
            "job2",
            "store",
            "st1",
            "schedule",
            "mon 02:00",
            "ns",
            "a",
            "max-depth",
            "0",
            "disable",
            "1",
            "keep-daily",
            "3",
            "keep-weekly",
            "2",
            "comment",
            "two words")
        .statusCode(200);
    create("id", "job1", "store", "st1", "schedule", "daily", "keep-last", "2", "disable", "0")
        .statusCode(200);
    assertThat(cfg()).isEqualTo("""
            prune: job2
            	comment two words
            	disable true
            	keep-daily 3
            	keep-weekly 2
            	max-depth 0
            	ns a
            	schedule mon 02:00
            	store st1

            prune: job1
            	keep-last 2
            	schedule daily
            	store st1
            """);
    api.as(admin)
        .get("/config/prune/job2")
        .then()
        .statusCode(200)
        .body("data.disable", equalTo(true))
        .body("data.'max-depth'", equalTo(0))
        .body("data.'keep-weekly'", equalTo(2))
        .body("digest", equalTo(digest()));
    assertThat(directories.state().resolve("jobstates/prunejob-job1.json"))
        .content()
        .startsWith("{\"created\":{\"time\":");
  }

  @Test
  void whatIsWrongIsRefused() {
    create("id", "job1", "store", "st1", "schedule", "daily").statusCode(200);
    create("id", "job1", "store", "st1", "schedule", "daily")
        .statusCode(400)
        .body(containsString("exists already"));
    create("id", "job5", "store", "st1", "schedule", "nonsense").statusCode(400);
    create("id", "job6", "store", "st1", "schedule", "daily", "keep-last", "0").statusCode(400);
    create("id", "job8", "store", "st1").statusCode(400).body(containsString("schedule"));
    create("id", "job4", "store", "nowhere", "schedule", "daily").statusCode(200);
    for (String path : new String[] {"/config/prune/nope", "/admin/prune/nope/run"}) {
      var call = api.as(admin);
      (path.endsWith("run") ? call.post(path) : call.get(path))
          .then()
          .statusCode(400)
          .body(containsString("no such prune job 'nope'"));
    }
    api.as(admin).delete("/config/prune/nope").then().statusCode(400);
    Api.form(api.as(admin), "keep-last", "1").put("/config/prune/nope").then().statusCode(400);
  }

  @Test
  void aChangeNeedsTheDigestThatTheFileHas() throws Exception {
    create("id", "job1", "store", "st1", "schedule", "daily", "comment", "x", "disable", "1")
        .statusCode(200);
    Api.form(api.as(admin), "digest", OTHER_DIGEST, "keep-last", "3")
        .put("/config/prune/job1")
        .then()
        .statusCode(400)
        .body(containsString("changed meanwhile"));
    Api.form(api.as(admin), "delete", "store").put("/config/prune/job1").then().statusCode(400);
    Api.form(
            api.as(admin),
            "digest",
            digest(),
            "delete",
            "comment",
            "delete",
            "ns",
            "disable",
            "0",
            "keep-last",
            "3",
            "ns",
            "a/b",
            "schedule",
            "mon 03:00")
        .put("/config/prune/job1")
        .then()
        .statusCode(200);
    assertThat(cfg())
        .isEqualTo("prune: job1\n\tkeep-last 3\n\tns a/b\n\tschedule mon 03:00\n\tstore st1\n");
    api.as(admin)
        .queryParam("digest", OTHER_DIGEST)
        .delete("/config/prune/job1")
        .then()
        .statusCode(400);
    api.as(admin).delete("/config/prune/job1").then().statusCode(200);
    api.as(admin).get("/config/prune/job1").then().statusCode(400);
    assertThat(directories.state().resolve("jobstates/prunejob-job1.json")).doesNotExist();
    assertThat(directories.state().resolve("jobstates/prunejob-job1.lck")).doesNotExist();
  }

  @Test
  void jobsAreShownWithTheirNextRunUnlessTheyAreDisabled() {
    create("id", "job1", "store", "st1", "schedule", "daily").statusCode(200);
    create("id", "job2", "store", "st2", "schedule", "daily", "disable", "1").statusCode(200);
    api.as(admin)
        .get("/admin/prune")
        .then()
        .statusCode(200)
        .body("data.id", equalTo(List.of("job1", "job2")))
        .body("data[0].'next-run'", notNullValue())
        .body("data[1].'next-run'", nullValue())
        .body("data[0].'last-run-upid'", nullValue())
        .body("digest", equalTo(digest()));
    api.as(admin)
        .queryParam("store", "st2")
        .get("/admin/prune")
        .then()
        .body("data.id", equalTo(List.of("job2")));
  }

  @Test
  void aRunIsATaskAndARequestAtOnceAndOneAtATime() throws Exception {
    create("id", "job1", "store", "st1", "schedule", "daily", "ns", "a").statusCode(200);
    String upid = api.as(admin)
        .post("/admin/prune/job1/run")
        .then()
        .statusCode(200)
        .extract()
        .path("data");
    assertThat(upid).contains(":prunejob:st1\\x3aa:admin@pbs:");
    api.as(admin)
        .get("/nodes/localhost/tasks/" + Api.encoded(upid) + "/log")
        .then()
        .body("data[0].t", containsString(": prune job 'job1'"));
    api.as(admin).get("/admin/jobs").then().body("data.requests.upid", hasItem(upid));
    api.as(admin)
        .post("/admin/prune/job1/run")
        .then()
        .statusCode(400)
        .body(containsString("is running already"));
  }

  @Test
  void whoHasNoRightOnTheDatastoreSeesAndChangesNothing() {
    create("id", "job1", "store", "st1", "schedule", "daily").statusCode(200);
    create("id", "job2", "store", "st2", "schedule", "daily", "ns", "a").statusCode(200);
    Api.form(api.as(admin), "userid", "prune1@pbs", "password", "secret123")
        .post("/access/users")
        .then()
        .statusCode(200);
    Api.form(
            api.as(admin),
            "path",
            "/datastore/st2/a",
            "role",
            "DatastoreAudit",
            "auth-id",
            "prune1@pbs")
        .put("/access/acl")
        .then()
        .statusCode(200);
    var audit = api.login("prune1@pbs", "secret123");
    for (String list : new String[] {"/config/prune", "/admin/prune"}) {
      api.as(audit).get(list).then().body("data.id", equalTo(List.of("job2")));
    }
    api.as(audit).get("/config/prune/job1").then().statusCode(403);
    api.as(audit).get("/config/prune/job2").then().statusCode(200);
    api.as(audit).post("/admin/prune/job2/run").then().statusCode(403);
    api.as(audit).delete("/config/prune/job2").then().statusCode(403);
    Api.form(api.as(audit), "keep-last", "1").put("/config/prune/job2").then().statusCode(403);
    Api.form(api.as(audit), "id", "job3", "store", "st2", "schedule", "daily")
        .post("/config/prune")
        .then()
        .statusCode(403);
    api.as(admin).get("/config/prune").then().body("data.id", not(hasItem("job3")));
  }
}
