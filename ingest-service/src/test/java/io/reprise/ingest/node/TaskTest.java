package io.reprise.ingest.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.ingest.Api;
import io.reprise.ingest.Directories;
import io.reprise.ingest.Server;
import io.reprise.ingest.TemporaryDirectories;
import io.reprise.ingest.TestDatastore;
import io.reprise.ingest.store.Stores;
import io.reprise.platform.task.Task;
import io.reprise.platform.task.Tasks;
import io.reprise.protocol.backup.BackupClient;
import io.reprise.protocol.backup.BackupTarget;
import io.reprise.protocol.rest.Credentials;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks by the API (protocol.md §6, §7 items 67 to 70). */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class TaskTest {
  private static final AuthId ADMIN = AuthId.parse(Api.ADMIN);
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final String UPID =
      "UPID:[^:.]+:[0-9A-F]{8}:[0-9A-F]{8,9}:[0-9A-F]{8,16}:[0-9A-F]{8}:[^:/]+:[^:/]*:[^:]+:";

  @Inject
  Server server;

  @Inject
  Directories directories;

  @Inject
  Stores stores;

  @Inject
  Tasks tasks;

  private Api api;

  @BeforeEach
  void open() {
    api = new Api(server.port());
  }

  private static String path(Task task, String below) {
    return "/nodes/localhost/tasks/" + Api.encoded(task.upid().toString()) + below;
  }

  private JsonPath json(String call) {
    return api.asAdmin().get(call).then().statusCode(200).extract().jsonPath();
  }

  @Test // 67
  void aTaskIdMatchesItsGrammarAndTheWorkerIdIsShownWithoutEscapes() throws Exception {
    Task task = tasks.start("backup", "store-1:vm/100", ADMIN);
    JsonPath status = json(path(task, "/status"));
    assertThat(status.getString("data.upid")).matches(UPID).contains(":store\\x2d1\\x3avm-100:");
    assertThat(status.getString("data.id")).isEqualTo("store-1:vm/100");
    assertThat(json("/nodes/x/tasks?running=1").getString("data[0].worker_id"))
        .isEqualTo("store-1:vm/100");
    task.succeed();
  }

  @Test // 68
  void aLogIsReadInPagesOfConsecutiveNumbersWithTotalAndActive() throws Exception {
    Task task = tasks.start("backup", "s1:vm/1", ADMIN);
    IntStream.rangeClosed(1, 700).forEach(i -> task.log("line " + i));
    JsonPath first = json(path(task, "/log?start=1&limit=500&test-status=1"));
    assertThat(first.<Integer>getList("data.n"))
        .isEqualTo(IntStream.rangeClosed(1, 500).boxed().toList());
    assertThat(first.getString("data[0].t")).matches(".{25}: line 1");
    assertThat(first.getInt("total")).isEqualTo(700);
    assertThat(first.getInt("success")).isEqualTo(1);
    assertThat(first.getBoolean("active")).isTrue();
    task.succeed();
    JsonPath rest = json(path(task, "/log?start=501&limit=500&test-status=true"));
    assertThat(rest.<Integer>getList("data.n"))
        .isEqualTo(IntStream.rangeClosed(501, 701).boxed().toList());
    assertThat(rest.getString("data[200].t")).endsWith(": TASK OK");
    assertThat(rest.getBoolean("active")).isFalse();
    assertThat(json(path(task, "/log")).getList("data")).hasSize(50);
    assertThat(json(path(task, "/log")).getMap("")).doesNotContainKey("active");
    api.asAdmin()
        .get(path(task, "/log?download=1"))
        .then()
        .statusCode(200)
        .contentType("text/plain")
        .header("content-disposition", org.hamcrest.Matchers.startsWith("attachment"));
  }

  @Test // 69
  void theDeletionOfARunningBackupsTaskEndsTheSessionAndItsSnapshot() throws Exception {
    var store = new TestDatastore(api, directories, stores);
    SnapshotId snapshot = SnapshotId.parse("vm/100/2024-06-05T14:24:36Z");
    try (var rest = api.client(Credentials.of(ADMIN, Api.ADMIN_PASSWORD));
        var session =
            BackupClient.open(rest, new BackupTarget(store.name, Namespace.ROOT, snapshot))) {
      assertThat(session.previousBackupTime()).isEmpty();
      JsonPath snapshots = json(store.call("snapshots"));
      assertThat(snapshots.getList("data")).hasSize(1);
      assertThat(snapshots.getMap("data[0]")).doesNotContainKey("size");
      String upid =
          json("/nodes/localhost/tasks?running=1&store=" + store.name).getString("data[0].upid");
      api.asAdmin().delete("/nodes/localhost/tasks/" + Api.encoded(upid)).then().statusCode(200);
      assertThat(api.end(api.admin(), upid)).contains("abort");
      assertThatThrownBy(session::previousBackupTime).isInstanceOf(IOException.class);
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> api.asAdmin().get(store.call("snapshots")).then().body("data", empty()));
    }
    store.backUp(snapshot.toString(), Api.ADMIN);
  }

  @Test // 70
  void aFinishedGoodTaskIsStoppedAndOk() throws Exception {
    Task task = tasks.start("prune", "s1::vm/1", ADMIN);
    api.asAdmin()
        .get(path(task, "/status"))
        .then()
        .body("data.status", equalTo("running"))
        .body("data", not(hasKey("exitstatus")));
    task.succeed();
    api.asAdmin()
        .get(path(task, "/status"))
        .then()
        .body("data.status", equalTo("stopped"))
        .body("data.exitstatus", equalTo("OK"))
        .body("data.type", equalTo("prune"))
        .body("data.user", equalTo(Api.ADMIN));
  }

  @Test
  void onlyOwnTasksAreSeenAndStoppedWithoutPrivilegesAndAUsersAreAlsoThoseOfItsTokens()
      throws Exception {
    String name = "u" + UUID.randomUUID().toString().substring(0, 8) + "@pbs";
    Api.Session user = api.user(name);
    Task others = tasks.start("backup", "s1:vm/1", ADMIN);
    Task own = tasks.start("backup", "s1:vm/2", AuthId.parse(name + "!t"));
    api.as(user)
        .get("/nodes/localhost/tasks?running=1")
        .then()
        .body("data.upid", equalTo(List.of(own.upid().toString())));
    api.as(user).get(path(others, "/status")).then().statusCode(400);
    api.as(user).get(path(others, "/log")).then().statusCode(400);
    api.as(user).delete(path(others, "")).then().statusCode(400);
    api.as(user)
        .get(path(own, "/status"))
        .then()
        .body("data.user", equalTo(name))
        .body("data.tokenid", equalTo("t"));
    api.as(user).delete(path(own, "")).then().statusCode(200);
    assertThat(own.isAbortRequested()).isTrue();
    own.fail("task aborted");
    others.succeed();
  }

  @Test
  void theListIsFilteredPagedAndCounted() throws Exception {
    String type = "t" + UUID.randomUUID().toString().substring(0, 8);
    for (int i = 0; i < 5; i++) tasks.start(type, "s" + i, ADMIN).succeed();
    Task failed = tasks.start(type, "sx", ADMIN);
    failed.fail("no");
    String list = "/nodes/localhost/tasks?typefilter=" + type;
    assertThat(json(list).getList("data")).hasSize(6);
    assertThat(json(list + "&limit=2&start=1").getList("data")).hasSize(2);
    assertThat(json(list + "&limit=2&start=1").getInt("total")).isEqualTo(4);
    assertThat(json(list + "&errors=1").getList("data.worker_id")).containsExactly("sx");
    assertThat(json(list + "&statusfilter=ok&statusfilter=error").getList("data"))
        .hasSize(6);
    assertThat(json(list + "&running=1").getList("data")).isEmpty();
    assertThat(json(list + "&since=99999999999").getList("data")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"nonsense", "UPID:x:1:2:3:4:5:6:7", "..%2f..%2fetc%2fpasswd", "UPID%3A%00"})
  void aMalformedTaskIdIs400(String upid) {
    api.asAdmin().get("/nodes/localhost/tasks/" + upid + "/log").then().statusCode(400);
  }

  @Test
  void anUnknownTaskIsStoppedWithAnUnknownEndAndHasNoLog() {
    String upid = Api.encoded("UPID:x:00000001:00000002:00000003:6B03D123:backup:y:admin@pbs:");
    api.asAdmin()
        .get("/nodes/localhost/tasks/" + upid + "/status")
        .then()
        .body("data.status", equalTo("stopped"))
        .body("data.exitstatus", equalTo("unknown"));
    api.asAdmin().get("/nodes/localhost/tasks/" + upid + "/log").then().statusCode(400);
    api.asAdmin().get("/nodes/localhost/tasks/" + upid).then().body("data.subdir", hasItem("log"));
  }
}
