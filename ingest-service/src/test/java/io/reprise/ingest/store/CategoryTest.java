package io.reprise.ingest.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.ingest.Api;
import io.reprise.ingest.Directories;
import io.reprise.ingest.Server;
import io.reprise.ingest.TemporaryDirectories;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.Section;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Categories, what a prune job may do with them, and what guests take, over REST. */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class CategoryTest {
  private static final String OWN = "datastore: elsewhere\n\tundelete-window 3600\n";
  private static final String STORE = "cats1";

  @Inject
  Server server;

  @Inject
  Directories directories;

  @Inject
  Datastores configured;

  private Api api;
  private Api.Session admin;
  private String before;

  @BeforeEach
  void prepare() throws IOException {
    api = new Api(server.port());
    admin = api.admin();
    before = Files.readString(own());
    Files.writeString(own(), OWN); // other tests leave categories
    if (configured.section(STORE) == null) {
      Files.createDirectories(base().resolve(".chunks"));
      configured.add(new Section("datastore", STORE).set("path", base().toString()));
      guest("vm/100", "admin@pbs", "name: web1\ntags: prod;linux\n");
      guest("ns/a/vm/101", "backup9@pbs", "name: db1\n");
    }
  }

  @AfterEach
  void restore() throws IOException {
    Files.writeString(own(), before);
  }

  private Path own() {
    return directories.config().resolve("reprise.cfg");
  }

  private Path base() {
    return directories.state().resolveSibling(STORE);
  }

  private void guest(String group, String owner, String text) throws IOException {
    Path snapshot = base().resolve(group).resolve("2026-11-20T00:00:00Z");
    Files.createDirectories(snapshot);
    Files.writeString(base().resolve(group).resolve("owner"), owner + "\n");
    Files.writeString(snapshot.resolve("index.json.blob"), "stands for a manifest");
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    try (var encoder = new BlobEncoder()) {
      ByteBuffer blob = encoder.encode(content, 0, content.length, true, null);
      Files.write(
          snapshot.resolve("qemu-server.conf.blob"),
          Arrays.copyOfRange(blob.array(), blob.position(), blob.limit()));
    }
  }

  private int create(String... fields) {
    return Api.form(api.as(admin), fields).post("/config/category").statusCode();
  }

  @Test
  void categoriesAreMadeChangedAndRemoved() throws Exception {
    assertThat(create("name", "later", "keep-last", "1", "priority", "200")).isEqualTo(200);
    assertThat(
            create("name", "prod", "match-tag", "prod", "match-tag", "critical", "keep-daily", "9"))
        .isEqualTo(200);
    assertThat(create("name", "prod")).isEqualTo(400);
    assertThat(create("name", STORE, "match-id", "9-1")).isEqualTo(400);
    assertThat(create("name", "odd", "match-size", "1")).isEqualTo(400);
    api.as(admin)
        .get("/config/category")
        .then()
        .statusCode(200)
        .body("data.name", contains("prod", "later"))
        .body("data[0].'match-tag'", contains("prod", "critical"))
        .body("data[0].'keep-daily'", equalTo(9));
    assertThat(Files.readString(own()))
        .startsWith(OWN)
        .contains("category: prod\n\tkeep-daily 9\n\tmatch-tag prod\n\tmatch-tag critical\n");
    Api.form(api.as(admin), "delete", "match-tag", "match-name", "web*", "digest", "0".repeat(64))
        .put("/config/category/prod")
        .then()
        .statusCode(400);
    Api.form(api.as(admin), "delete", "match-tag", "match-name", "web*")
        .put("/config/category/prod")
        .then()
        .statusCode(200);
    api.as(admin)
        .get("/config/category/prod")
        .then()
        .body("data.'match-name'", contains("web*"))
        .body("data.'match-tag'", equalTo(null));
    api.as(admin).delete("/config/category/prod").then().statusCode(200);
    api.as(admin).get("/config/category/prod").then().statusCode(400);
  }

  @Test
  void aGuestsCategoryIsShownWithItsReason() {
    create("name", "prod", "match-tag", "prod", "keep-daily", "9");
    api.as(admin)
        .get("/admin/datastore/" + STORE + "/categories")
        .then()
        .statusCode(200)
        .body("data.'backup-id'", contains("100", "101"))
        .body("data.category", contains("prod", ""))
        .body("data.why", contains("tag prod", "no category fits"))
        .body("data[0].tags", contains("linux", "prod"))
        .body("data[1].name", equalTo("db1"));
    var owner = api.user("backup9@pbs");
    api.as(owner).get("/admin/datastore/" + STORE + "/categories").then().body("data", hasSize(0));
    api.grant("/datastore/" + STORE, "backup9@pbs", "DatastoreBackup");
    api.as(owner)
        .get("/admin/datastore/" + STORE + "/categories")
        .then()
        .body("data.'backup-id'", contains("101"));
    api.as(owner).get("/config/category").then().statusCode(403);
  }

  @Test
  void onlyWhatAPreviewHasShownCanBeAgreedTo() throws Exception {
    Api.form(api.as(admin), "id", "catjob", "store", STORE, "schedule", "daily")
        .post("/config/prune")
        .then()
        .statusCode(200);
    create("name", "prod", "match-tag", "prod", "keep-daily", "9");
    Api.form(api.as(admin), "use", "1")
        .put("/admin/prune/catjob/categories")
        .then()
        .statusCode(200);
    assertThat(Files.readString(own()))
        .contains("datastore: " + STORE + "\n\tcategory-job catjob\n");
    api.as(admin)
        .get("/admin/jobs")
        .then()
        .statusCode(200)
        .body("data.schedules.find { it.name == 'catjob' }.type", equalTo("prunejob"))
        .body("data.schedules.find { it.name == 'catjob' }.schedule", equalTo("daily"))
        .body("data.schedules.find { it.name == 'catjob' }.'next-run'", notNullValue());
    String digest = api.as(admin)
        .get("/admin/prune/catjob/categories")
        .then()
        .body("data.use", equalTo(true))
        .body("data.approved", equalTo(false))
        .extract()
        .path("data.digest");
    approve(digest, 400);
    String upid = api.as(admin).post("/admin/prune/catjob/preview").path("data");
    assertThat(upid).contains(":prune-preview:" + STORE + ":admin@pbs:");
    preview(digest);
    approve("0".repeat(64), 400);
    create("name", "other", "match-tag", "x");
    approve(digest, 400);
    api.as(admin).delete("/config/category/other").then().statusCode(200);
    approve(digest, 200);
    api.as(admin).get("/admin/prune/catjob/categories").then().body("data.approved", equalTo(true));
    api.as(admin).delete("/config/prune/catjob").then().statusCode(200);
    assertThat(Files.readString(own())).doesNotContain("catjob");
    assertThat(directories.state().resolve("categories/catjob.cfg")).doesNotExist();
  }

  private void approve(String digest, int status) {
    Api.form(api.as(admin), "digest", digest)
        .post("/admin/prune/catjob/approve")
        .then()
        .statusCode(status);
  }

  /** As gc-service leaves it. */
  private void preview(String digest) throws IOException {
    status("prune-preview-catjob.json", "{\"digest\":\"" + digest + "\"}");
  }

  private void status(String name, String json) throws IOException {
    Path directory = Files.createDirectories(directories.state().resolve("status"));
    Files.writeString(directory.resolve(name), json);
  }

  @Test
  void spaceIsSummedByWhatIsAsked() throws Exception {
    create("name", "prod", "match-tag", "prod", "keep-daily", "9");
    status("space-" + STORE + ".json", """
        {"time":1,"other-share":0,"guests":[
          {"ns":"","backup-type":"vm","backup-id":"100","logical":10,"stored":8,"exclusive":4,"share":6},
          {"ns":"a","backup-type":"vm","backup-id":"101","logical":20,"stored":8,"exclusive":1,"share":3},
          {"ns":"a","backup-type":"vm","backup-id":"102","logical":30,"stored":8,"exclusive":2,"share":4}]}""");
    String path = "/admin/datastore/" + STORE + "/space";
    api.as(admin)
        .get(path)
        .then()
        .statusCode(200)
        .body("data.name", contains("web1", "db1", ""))
        .body("data.share", contains(6, 3, 4));
    api.as(admin)
        .queryParam("by", "namespace")
        .get(path)
        .then()
        .body("data.ns", contains("", "a"))
        .body("data.guests", contains(1, 2))
        .body("data.share", contains(6, 7))
        .body("data.logical", contains(10, 50));
    api.as(admin)
        .queryParam("by", "category")
        .get(path)
        .then()
        .body("data.category", contains("", "prod"))
        .body("data.exclusive", contains(3, 4));
    api.as(admin).queryParam("by", "size").get(path).then().statusCode(400);
    api.as(admin)
        .get("/admin/datastore/nowhere/space")
        .then()
        .statusCode(400)
        .body(containsString("nowhere"));
  }
}
