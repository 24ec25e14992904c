package io.reprise.ingest.store;

import static io.reprise.ingest.Api.form;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.OtherProcess;
import io.reprise.ingest.Api;
import io.reprise.ingest.Directories;
import io.reprise.ingest.Server;
import io.reprise.ingest.TemporaryDirectories;
import io.reprise.ingest.TestDatastore;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the calls of a datastore list and change (protocol.md §5.1, §5.2, §7 items 9 and 59 to 66). */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class RestDataTest {
  private static final String GROUP = "backup-type=vm&backup-id=100";
  private static final String FIRST = "vm/100/2024-06-05T14:24:36Z";
  private static final String SECOND = "vm/100/2024-06-06T14:24:36Z";
  private static final String THIRD = "vm/100/2024-06-07T14:24:36Z";
  private static final long TIME = 1_717_597_476;
  private static final long DAY = 86_400;

  @Inject
  Server server;

  @Inject
  Directories directories;

  @Inject
  Stores stores;

  private Api api;
  private TestDatastore store;

  @BeforeEach
  void makeStore() throws IOException {
    api = new Api(server.port());
    store = new TestDatastore(api, directories, stores);
  }

  private String snapshot(String call, long time) {
    return store.call(call + "?" + GROUP + "&backup-time=" + time);
  }

  private JsonPath json(String call) {
    return api.asAdmin().get(call).then().statusCode(200).extract().jsonPath();
  }

  @Test // 59
  void theSnapshotListHasEveryFieldAndTheSumWithTheManifestAsSize() throws Exception {
    store.backUp(FIRST, "admin@pbs");
    form(api.asAdmin(), "notes", "first line\nsecond")
        .put(snapshot("notes", TIME))
        .then()
        .statusCode(200);
    long conf = Files.size(store.path.resolve(FIRST).resolve(TestDatastore.CONF));
    long manifest = Files.size(store.path.resolve(FIRST).resolve("index.json.blob"));
    api.asAdmin()
        .get(store.call("snapshots"))
        .then()
        .statusCode(200)
        .body("data.size()", equalTo(1))
        .body(
            "data[0].keySet()",
            equalTo(java.util.Set.of(
                "backup-type",
                "backup-id",
                "backup-time",
                "comment",
                "files",
                "size",
                "owner",
                "protected")))
        .body("data[0].'backup-type'", equalTo("vm"))
        .body("data[0].'backup-id'", equalTo("100"))
        .body("data[0].'backup-time'", equalTo((int) TIME))
        .body("data[0].comment", equalTo("first line"))
        .body("data[0].files.filename", contains(TestDatastore.CONF, "index.json.blob"))
        .body("data[0].files.'crypt-mode'", contains("none", "none"))
        .body("data[0].files.size", contains((int) conf, (int) manifest))
        .body("data[0].size", equalTo((int) (conf + manifest)))
        .body("data[0].owner", equalTo("admin@pbs"))
        .body("data[0].protected", equalTo(false));
    assertThat(json(snapshot("files", TIME)).getList("data.filename"))
        .containsExactly(TestDatastore.CONF, "index.json.blob");
  }

  @Test // 60
  void listsOfAnEmptyStoreAreEmptyArraysAndNotNull() {
    for (String call : List.of("groups", "snapshots", "snapshots?" + GROUP)) {
      assertThat(api.asAdmin().get(store.call(call)).asString()).isEqualTo("{\"data\":[]}");
    }
  }

  @Test // 61
  void theNamespaceListHasTheParentItselfAndCreatingAnExistingNamespaceSucceeds() {
    for (int i = 0; i < 2; i++) {
      form(api.asAdmin(), "name", "a")
          .post(store.call("namespace"))
          .then()
          .statusCode(200)
          .body("data", equalTo("a"));
      form(api.asAdmin(), "parent", "a", "name", "b")
          .post(store.call("namespace"))
          .then()
          .statusCode(200)
          .body("data", equalTo("a/b"));
    }
    assertThat(json(store.call("namespace")).getList("data.ns")).containsExactly("", "a", "a/b");
    assertThat(json(store.call("namespace?parent=a")).getList("data.ns"))
        .containsExactly("a", "a/b");
    assertThat(json(store.call("namespace?parent=a&max-depth=0")).getList("data.ns"))
        .containsExactly("a");
    assertThat(json(store.call("namespace?parent=missing")).getList("data.ns"))
        .containsExactly("missing");
    form(api.asAdmin(), "parent", "missing", "name", "b")
        .post(store.call("namespace"))
        .then()
        .statusCode(400);
  }

  @Test
  void aNamespaceGoesOnlyEmptyOrWithItsGroupsAndNeverWithProtectedSnapshots() throws Exception {
    store.createNamespace("a");
    store.backUp(Namespace.parse("a"), FIRST, "admin@pbs");
    String namespace = store.call("namespace?ns=a");
    api.asAdmin().delete(namespace).then().statusCode(400);
    form(api.asAdmin(), "protected", "1")
        .put(snapshot("protected", TIME) + "&ns=a")
        .then()
        .statusCode(200);
    api.asAdmin().delete(namespace + "&delete-groups=1").then().statusCode(400);
    form(api.asAdmin(), "protected", "0")
        .put(snapshot("protected", TIME) + "&ns=a")
        .then()
        .statusCode(200);
    api.asAdmin().delete(namespace + "&delete-groups=1").then().statusCode(200);
    api.asAdmin().get(store.call("snapshots?ns=a")).then().statusCode(400);
    api.asAdmin().delete(namespace).then().statusCode(200);
    api.asAdmin().delete(store.call("namespace?ns=")).then().statusCode(400);
    assertThat(store.removed()).isEqualTo(1);
  }

  @Test // 62
  void pruneWithoutKeepOptionsRemovesNothingAndADryRunReturnsTheSameMarks() throws Exception {
    store.backUp(FIRST, "admin@pbs");
    store.backUp(SECOND, "admin@pbs");
    store.backUp(THIRD, "admin@pbs");
    String prune = store.call("prune?" + GROUP);
    form(api.asAdmin())
        .post(prune)
        .then()
        .statusCode(200)
        .body("data.keep", contains(true, true, true));
    assertThat(json(store.call("snapshots")).getList("data")).hasSize(3);
    form(api.asAdmin(), "protected", "1")
        .put(snapshot("protected", TIME))
        .then()
        .statusCode(200);
    String dry =
        form(api.asAdmin(), "keep-last", "1", "dry-run", "1").post(prune).asString();
    assertThat(json(store.call("snapshots")).getList("data")).hasSize(3);
    JsonPath marks = new JsonPath(dry);
    assertThat(marks.getList("data.'backup-time'"))
        .containsExactly((int) TIME, (int) (TIME + DAY), (int) (TIME + 2 * DAY));
    assertThat(marks.getList("data.keep")).containsExactly(true, false, true);
    assertThat(marks.getList("data.protected")).containsExactly(true, false, false);
    String real = api.asAdmin()
        .contentType("application/json")
        .body("{\"backup-type\":\"vm\",\"backup-id\":\"100\",\"keep-last\":1}")
        .post(store.call("prune"))
        .asString();
    assertThat(real).isEqualTo(dry);
    assertThat(json(store.call("snapshots")).getList("data.'backup-time'"))
        .containsExactly((int) TIME, (int) (TIME + 2 * DAY));
    assertThat(store.removed()).isEqualTo(1);
  }

  @Test
  void pruneOfAMissingGroupOrWithAKeepOfZeroIs400() {
    form(api.asAdmin(), "keep-last", "1")
        .post(store.call("prune?" + GROUP))
        .then()
        .statusCode(400);
    form(api.asAdmin(), "keep-last", "0")
        .post(store.call("prune?" + GROUP))
        .then()
        .statusCode(400)
        .body(containsString("keep-last"));
  }

  @Test
  void thePruneOfOneGroupIsLoggedAsATaskAlthoughItRunsInsideTheRequest() throws Exception {
    store.createNamespace("a");
    Namespace a = Namespace.parse("a");
    store.backUp(a, FIRST, "admin@pbs");
    store.backUp(a, SECOND, "admin@pbs");
    form(api.asAdmin(), "keep-last", "1", "keep-daily", "1")
        .post(store.call("prune?ns=a&" + GROUP))
        .then()
        .statusCode(200);
    var task = json("/nodes/localhost/tasks?typefilter=prune&store=" + store.name);
    assertThat(task.getString("data[0].worker_id")).isEqualTo(store.name + ":a:vm/100");
    assertThat(task.getString("data[0].status")).isEqualTo("OK");
    assertThat(log(task.getString("data[0].upid")))
        .containsExactly(
            "retention options: --ns a --keep-last 1 --keep-daily 1",
            "Starting prune on datastore '" + store.name + "', namespace 'a' group \"vm/100\"",
            FIRST + " keep",
            SECOND + " keep",
            "TASK OK");
  }

  @Test
  void thePruneOfAGroupAsATaskReturnsItsId() throws Exception {
    store.backUp(FIRST, "admin@pbs");
    store.backUp(SECOND, "admin@pbs");
    String upid = form(api.asAdmin(), "keep-last", "1", "use-task", "1")
        .post(store.call("prune?" + GROUP))
        .then()
        .statusCode(200)
        .extract()
        .path("data");
    assertThat(api.end(api.admin(), upid)).isEqualTo("OK");
    assertThat(json(store.call("snapshots")).getList("data")).hasSize(1);
  }

  @Test
  void pruneDatastoreIsATaskOverAllNamespacesThatWarnsAboutWhatIsInUse() throws Exception {
    store.createNamespace("a");
    store.backUp(Namespace.parse("a"), FIRST, "admin@pbs");
    store.backUp(Namespace.parse("a"), SECOND, "admin@pbs");
    store.backUp(FIRST, "admin@pbs");
    store.backUp(SECOND, "admin@pbs");
    String call = store.call("prune-datastore");
    String dry = form(api.asAdmin(), "keep-last", "1", "dry-run", "1", "max-depth", "0")
        .post(call)
        .path("data");
    assertThat(api.end(api.admin(), dry)).isEqualTo("OK");
    assertThat(log(dry))
        .containsExactly(
            "Starting datastore prune on datastore '" + store.name
                + "', root namespace, non-recursive",
            "(dry test run)",
            "retention options: --max-depth 0 --keep-last 1",
            "Pruning group :\"vm/100\"",
            "would remove " + FIRST,
            "would keep " + SECOND,
            "TASK OK");
    try (var use =
            stores.use(store.name, io.reprise.datastore.snapshot.Maintenance.Operation.READ);
        var reader = use.datastore()
            .lockForReading(Namespace.ROOT, io.reprise.datastore.SnapshotId.parse(FIRST))) {
      String upid = form(api.asAdmin(), "keep-last", "1").post(call).path("data");
      assertThat(api.end(api.admin(), upid)).isEqualTo("WARNINGS: 1");
      assertThat(log(upid))
          .contains("remove " + FIRST, "Pruning group a:\"vm/100\"", "TASK WARNINGS: 1")
          .anyMatch(line -> line.startsWith("WARN: failed to remove dir \"" + FIRST + "\": "));
    }
    assertThat(json(store.call("snapshots")).getList("data")).hasSize(2);
    assertThat(json(store.call("snapshots?ns=a")).getList("data")).hasSize(1);
    form(api.asAdmin(), "ns", "missing").post(call).then().statusCode(400);
  }

  /** Lines without their times. */
  private List<String> log(String upid) {
    List<String> lines =
        json("/nodes/localhost/tasks/" + Api.encoded(upid) + "/log?limit=0").getList("data.t");
    return lines.stream().map(line -> line.substring(27)).toList();
  }

  @Test // 63
  void aProtectedSnapshotIsNotDeletedBeforeItsProtectionIsTakenAway() throws Exception {
    store.backUp(FIRST, "admin@pbs");
    form(api.asAdmin(), "protected", "1")
        .put(snapshot("protected", TIME))
        .then()
        .statusCode(200);
    api.asAdmin().get(snapshot("protected", TIME)).then().body("data", equalTo(true));
    api.asAdmin().delete(snapshot("snapshots", TIME)).then().statusCode(400);
    api.asAdmin().delete(store.call("groups?" + GROUP)).then().statusCode(400);
    form(api.asAdmin(), "protected", "0")
        .put(snapshot("protected", TIME))
        .then()
        .statusCode(200);
    api.asAdmin()
        .delete(snapshot("snapshots", TIME))
        .then()
        .statusCode(200)
        .body("data", nullValue());
    api.asAdmin().delete(snapshot("snapshots", TIME)).then().statusCode(400);
    api.asAdmin()
        .get(snapshot("protected", TIME))
        .then()
        .statusCode(200)
        .body("data", equalTo(false));
    assertThat(store.removed()).isEqualTo(1);
  }

  @Test // 65
  void aClientLogIsTakenOnceAndRefusedTheSecondTime() throws Exception {
    store.backUp(FIRST, "admin@pbs");
    byte[] log = TestDatastore.blob("the log".getBytes(StandardCharsets.UTF_8));
    byte[] damaged = log.clone();
    damaged[log.length - 1] ^= 1;
    String upload = snapshot("upload-backup-log", TIME);
    for (byte[] bad : new byte[][] {damaged, new byte[0], new byte[20]}) {
      api.asAdmin()
          .contentType("application/octet-stream")
          .body(bad)
          .post(upload)
          .then()
          .statusCode(400);
    }
    api.asAdmin()
        .contentType("application/octet-stream")
        .body(log)
        .post(upload)
        .then()
        .statusCode(200);
    api.asAdmin()
        .contentType("application/octet-stream")
        .body(log)
        .post(upload)
        .then()
        .statusCode(400);
    String file = "&file-name=client.log.blob";
    assertThat(api.asAdmin().get(snapshot("download", TIME) + file).asByteArray())
        .isEqualTo(log);
    assertThat(api.asAdmin().get(snapshot("download-decoded", TIME) + file).asString())
        .isEqualTo("the log");
  }

  @Test // 66
  void theVerboseStatusCountsWithExplicitNulls() throws Exception {
    store.backUp(FIRST, "admin@pbs");
    store.backUp(SECOND, "admin@pbs");
    api.asAdmin()
        .get(store.call("status?verbose=1"))
        .then()
        .statusCode(200)
        .body("data.total", greaterThan(0L))
        .body("data.counts.keySet()", equalTo(java.util.Set.of("ct", "host", "vm", "other")))
        .body("data.counts.ct", nullValue())
        .body("data.counts.vm", equalTo(Map.of("groups", 1, "snapshots", 2)))
        .body("data.'gc-status'", hasEntry("upid", null))
        .body("data.'gc-status'", not(hasKey("store")));
    api.asAdmin().get(store.call("status")).then().body("data", not(hasKey("counts")));
  }

  @Test // 9
  void aPostWithFormTypeAndEmptyBodyReachesGarbageCollectionAndVerification() {
    api.asAdmin()
        .contentType("application/x-www-form-urlencoded")
        .post(store.call("gc"))
        .then()
        .statusCode(200)
        .body("data", containsString(":garbage_collection:" + store.name + ":"));
    api.asAdmin()
        .contentType("application/x-www-form-urlencoded")
        .post(store.call("verify"))
        .then()
        .statusCode(200)
        .body("data", containsString(":verify:" + store.name + ":"));
  }

  @Test
  void aDatastoreThatWasNeverCollectedTellsZerosAndItsSchedule() {
    form(api.asAdmin(), "gc-schedule", "daily")
        .put("/config/datastore/" + store.name)
        .then()
        .statusCode(200);
    for (String at : List.of(store.call("gc"), "/admin/gc/" + store.name)) {
      JsonPath gc = json(at);
      gc.setRootPath(at.startsWith("/admin/gc") ? "data[0]" : "data");
      assertThat(gc.getString("store")).isEqualTo(store.name);
      assertThat(gc.getString("upid")).isNull();
      assertThat(gc.getInt("'disk-bytes'")).isZero();
      assertThat(gc.getString("schedule")).isEqualTo("daily");
      assertThat(gc.getLong("'next-run'")).isGreaterThan(System.currentTimeMillis() / 1000);
      assertThat(gc.getMap("")).doesNotContainKey("last-run-state");
    }
    assertThat(json("/admin/gc").getList("data.store")).contains(store.name);
  }

  @Test
  void theGcStatusTellsTheTaskOfTheLastCollection() throws Exception {
    Files.writeString(
        store.path.resolve(".gc-status"),
        "{\"upid\":\"UPID:x:00000001:00000002:00000003:6B03D123:garbage_collection:y:root@pam:\","
            + "\"index-file-count\":2,\"index-data-bytes\":8589934592,\"disk-bytes\":7}");
    JsonPath gc = json(store.call("gc"));
    assertThat(gc.getString("data.upid")).startsWith("UPID:x:");
    assertThat(gc.getLong("data.'index-data-bytes'")).isEqualTo(8_589_934_592L);
    assertThat(gc.getInt("data.'still-bad'")).isZero();
  }

  @Test
  void usageTellsSpaceAndTheGcStatusOfEachDatastoreAndWhyOneCannotBeLookedUp() throws Exception {
    String at = "data.find { it.store == '" + store.name + "' }";
    JsonPath usage = json("/status/datastore-usage");
    assertThat(usage.getLong(at + ".total")).isPositive();
    assertThat(usage.getLong(at + ".avail")).isPositive();
    assertThat(usage.getInt(at + ".'gc-status'.'disk-bytes'")).isZero();
    form(api.asAdmin(), "maintenance-mode", "offline,message=disks")
        .put("/config/datastore/" + store.name)
        .then()
        .statusCode(200);
    api.asAdmin()
        .get("/admin/datastore")
        .then()
        .body(at + ".maintenance", equalTo("offline,message=disks"))
        .body(at, hasEntry("comment", null));
    for (String call : List.of("groups", "status", "gc", "rrd?timeframe=hour&cf=MAX")) {
      api.asAdmin().get(store.call(call)).then().statusCode(400).body(containsString("offline"));
    }
    usage = json("/status/datastore-usage");
    assertThat(usage.getMap(at)).containsOnlyKeys("store", "error");
    api.asAdmin().get(store.call("active-operations")).then().statusCode(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hour 61 60", "day 1440 60", "week 337 1800", "decade 523 604800"})
  void theHistoryHasThePointsOfItsFrameAndNoInventedValues(String frame) {
    String[] expected = frame.split(" ");
    JsonPath rrd = json(store.call("rrd?cf=MAX&timeframe=" + expected[0]));
    List<Map<String, Object>> points = rrd.getList("data");
    assertThat(points).hasSize(Integer.parseInt(expected[1]));
    assertThat(points).allSatisfy(point -> assertThat(point).containsOnlyKeys("time"));
    assertThat(rrd.getLong("data[1].time") - rrd.getLong("data[0].time"))
        .isEqualTo(Long.parseLong(expected[2]));
  }

  @Test
  void groupNotesAreEmptyForAMissingGroupAndSetOnlyOnAnExistingOne() throws Exception {
    String notes = store.call("group-notes?" + GROUP);
    api.asAdmin().get(notes).then().statusCode(200).body("data", equalTo(""));
    form(api.asAdmin(), "notes", "x").put(notes).then().statusCode(400);
    store.backUp(FIRST, "admin@pbs");
    form(api.asAdmin(), "notes", "of the web server\nmore").put(notes).then().statusCode(200);
    api.asAdmin().get(notes).then().body("data", equalTo("of the web server\nmore"));
    api.asAdmin()
        .get(store.call("groups"))
        .then()
        .body("data[0].comment", equalTo("of the web server\n"))
        .body("data[0].'backup-count'", equalTo(1))
        .body("data[0].'last-backup'", equalTo((int) TIME));
  }

  @Test
  void aGroupIsForgottenWithAllItsSnapshots() throws Exception {
    store.backUp(FIRST, "admin@pbs");
    store.backUp(SECOND, "admin@pbs");
    api.asAdmin()
        .delete(store.call("groups?" + GROUP))
        .then()
        .statusCode(200)
        .body("data", nullValue());
    api.asAdmin().delete(store.call("groups?" + GROUP)).then().statusCode(400);
    api.asAdmin().get(store.call("groups")).then().body("data", empty());
    assertThat(store.removed()).isEqualTo(2);
  }

  @Test
  void nothingIsRemovedWhileAPbsCollectsGarbageInTheSameDatastore() throws Exception {
    store.backUp(FIRST, "admin@pbs");
    store.backUp(SECOND, "admin@pbs");
    try (var pbs = OtherProcess.start()) {
      assertThat(pbs.recordLock(store.path.resolve(".lock"), false)).isTrue();
      api.asAdmin()
          .delete(snapshot("snapshots", TIME))
          .then()
          .statusCode(400)
          .body(containsString("collects garbage"));
      form(api.asAdmin(), "keep-last", "1")
          .post(store.call("prune?" + GROUP))
          .then()
          .statusCode(200);
      assertThat(json(store.call("snapshots")).getList("data")).hasSize(2);
    }
    api.asAdmin().delete(snapshot("snapshots", TIME)).then().statusCode(200);
  }

  @Test
  void anInnerNodeListsItsChildren() {
    assertThat(json("/admin/datastore/" + store.name).getList("data.subdir"))
        .contains("groups", "snapshots", "prune", "prune-datastore", "change-owner", "gc");
    assertThat(json("/admin").getList("data.subdir")).contains("datastore", "gc");
    assertThat(json("/").getList("data.subdir"))
        .contains(
            "access", "admin", "backup", "config", "nodes", "ping", "reader", "status", "version");
  }
}
