package io.reprise.ingest.access;

import static io.reprise.ingest.Api.form;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
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
import io.reprise.protocol.reader.ReaderClient;
import io.reprise.protocol.rest.Credentials;
import io.reprise.protocol.rest.RestClient;
import io.reprise.protocol.rest.RestFailure;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may do what (protocol.md §2.6 to §2.8, §7 items 23 to 29 and 64). */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class PermissionTest {
  private static final String GROUP = "backup-type=vm&backup-id=100";
  private static final String TIME = "&backup-time=1717597476";
  private static final String SNAPSHOT = "vm/100/2024-06-05T14:24:36Z";

  @Inject
  Server server;

  @Inject
  Directories directories;

  @Inject
  Stores stores;

  private Api api;
  private TestDatastore store;
  private String root;
  private String name;
  private Api.Session user;

  @BeforeEach
  void makeStoreAndUser() throws IOException {
    api = new Api(server.port());
    store = new TestDatastore(api, directories, stores);
    root = "/datastore/" + store.name;
    name = "u" + UUID.randomUUID().toString().substring(0, 8) + "@pbs";
    user = api.user(name);
  }

  private RequestSpecification token(String token) {
    return api.asToken(name + "!" + token, api.token(name, token));
  }

  private int groups(RequestSpecification caller, String query) {
    return caller.get(store.call("groups" + query)).statusCode();
  }

  @Test // 23
  void aTokenHasNoRightsBeforeItHasAnAclOfItsOwnAndNeverMoreThanItsUser() {
    api.grant("/", name, "Admin");
    String secret = api.token(name, "t");
    RequestSpecification call = api.asToken(name + "!t", secret);
    assertThat(groups(call, "")).isEqualTo(403);
    api.grant(root, name + "!t", "DatastoreAudit");
    assertThat(groups(api.asToken(name + "!t", secret), "")).isEqualTo(200);
    form(api.asAdmin(), "path", "/", "auth-id", name, "role", "Admin", "delete", "1")
        .put("/access/acl")
        .then()
        .statusCode(200);
    assertThat(groups(api.asToken(name + "!t", secret), "")).isEqualTo(403);
  }

  @Test // 24
  void aDeeperAclReplacesTheInheritedRolesAndNoAccessTakesThemAway() throws Exception {
    store.createNamespace("deep");
    api.grant("/datastore", name, "DatastoreAdmin");
    String notes = store.call("group-notes?" + GROUP);
    store.backUp(SNAPSHOT, "admin@pbs");
    form(api.as(user), "notes", "x").put(notes).then().statusCode(200);
    api.grant(root, name, "DatastoreAudit");
    form(api.as(user), "notes", "y").put(notes).then().statusCode(403);
    assertThat(groups(api.as(user), "?ns=deep")).isEqualTo(200);
    api.grant(root + "/deep", name, "NoAccess");
    assertThat(groups(api.as(user), "?ns=deep")).isEqualTo(403);
    assertThat(groups(api.as(user), "")).isEqualTo(200);
  }

  @Test // 24
  void anAclThatDoesNotPropagateCountsAtItsOwnPathOnly() throws Exception {
    store.createNamespace("below");
    form(api.asAdmin(), "path", root, "auth-id", name, "role", "DatastoreAudit", "propagate", "0")
        .put("/access/acl")
        .then()
        .statusCode(200);
    assertThat(groups(api.as(user), "")).isEqualTo(200);
    assertThat(groups(api.as(user), "?ns=below")).isEqualTo(403);
  }

  @Test // 25
  void anAclOnANamespaceGivesRightsInItAndNoneInTheRoot() throws Exception {
    store.createNamespace("ns1");
    api.grant(root + "/ns1", name, "DatastoreAudit");
    assertThat(groups(api.as(user), "?ns=ns1")).isEqualTo(200);
    assertThat(groups(api.as(user), "")).isEqualTo(403);
    api.as(user).get("/admin/datastore").then().body("data.store", contains(store.name));
    api.as(user).get(store.call("status")).then().statusCode(200).body("data.total", equalTo(0));
    api.as(user).get(store.call("namespace")).then().body("data.ns", contains("ns1"));
  }

  @Test // 26
  void withDatastoreBackupOneSeesOwnGroupsAUserAlsoThoseOfItsTokensButATokenNotThoseOfItsUser()
      throws Exception {
    RequestSpecification token = token("t");
    api.grant(root, name, "DatastoreBackup");
    api.grant(root, name + "!t", "DatastoreBackup");
    store.backUp("vm/1/2024-06-05T14:24:36Z", name);
    store.backUp("vm/2/2024-06-05T14:24:36Z", name + "!t");
    store.backUp("vm/3/2024-06-05T14:24:36Z", "admin@pbs");
    api.as(user).get(store.call("groups")).then().body("data.'backup-id'", contains("1", "2"));
    api.as(user).get(store.call("snapshots")).then().body("data.'backup-id'", contains("1", "2"));
    token.get(store.call("groups")).then().body("data.'backup-id'", contains("2"));
  }

  @Test // 27
  void aMissingPrivilegeIs403AndAFailedOwnershipIs400() throws Exception {
    store.backUp(SNAPSHOT, "admin@pbs");
    String files = store.call("files?" + GROUP + TIME);
    api.as(user).get(files).then().statusCode(403);
    api.grant(root, name, "DatastoreBackup");
    api.as(user).get(files).then().statusCode(400);
    api.grant(root, name, "DatastoreAudit");
    api.as(user).get(files).then().statusCode(200);
  }

  @Test // 28
  void datastoreBackupCannotDeleteItsOwnSnapshotButDatastorePowerUserCan() throws Exception {
    store.backUp(SNAPSHOT, name);
    String snapshot = store.call("snapshots?" + GROUP + TIME);
    api.grant(root, name, "DatastoreBackup");
    api.as(user).delete(snapshot).then().statusCode(403);
    form(api.as(user), "keep-last", "1")
        .post(store.call("prune?" + GROUP))
        .then()
        .statusCode(403);
    api.grant(root, name, "DatastorePowerUser");
    api.as(user).delete(snapshot).then().statusCode(200);
    assertThat(store.removed()).isEqualTo(1);
  }

  @Test // 29
  void aReaderWithBackupOnSomebodyElsesGroupIs400AndWithReadItWorks() throws Exception {
    store.backUp(SNAPSHOT, "admin@pbs");
    api.grant(root, name, "DatastoreBackup");
    try (RestClient rest = api.client(Credentials.of(AuthId.parse(name), name))) {
      assertThatThrownBy(() -> read(rest))
          .isInstanceOfSatisfying(RestFailure.class, e -> assertThat(e.status()).isEqualTo(400));
      api.grant(root, name, "DatastoreReader");
      read(rest);
    }
    store.backUp("vm/100/2024-06-06T14:24:36Z", "admin@pbs");
  }

  private void read(RestClient rest) throws IOException {
    try (var reader =
        ReaderClient.open(rest, store.name, Namespace.ROOT, SnapshotId.parse(SNAPSHOT))) {
      assertThat(reader.manifest().files()).hasSize(1);
    }
  }

  @Test // 64
  void aUserMayGiveItsGroupToItsTokensAndBackWithDatastoreBackupAndToOthersOnlyWithModify()
      throws Exception {
    store.backUp(SNAPSHOT, name);
    RequestSpecification token = token("t1");
    api.grant(root, name, "DatastoreBackup");
    api.grant(root, name + "!t1", "DatastoreBackup");
    api.token(name, "t2");
    owner(api.as(user), name + "!t1", 200);
    owner(api.as(user), name + "!t2", 200);
    owner(token, name + "!t1", 401);
    owner(api.as(user), name, 200);
    owner(api.as(user), Api.ADMIN, 401);
    owner(api.as(user), name, 401);
    api.grant(root, name, "DatastoreAdmin");
    owner(api.as(user), "nobody@pbs", 400);
    owner(api.as(user), Api.ADMIN, 200);
    api.as(user).get(store.call("groups")).then().body("data.owner", contains(Api.ADMIN));
    form(api.as(user), "new-owner", name)
        .post(store.call("change-owner?backup-type=vm&backup-id=7"))
        .then()
        .statusCode(400);
  }

  private void owner(RequestSpecification caller, String to, int status) {
    form(caller, "new-owner", to, "backup-type", "vm", "backup-id", "100")
        .post(store.call("change-owner"))
        .then()
        .statusCode(status);
  }

  @Test
  void datastoresWithoutAnyRightAreNotListed() {
    api.as(user).get("/admin/datastore").then().statusCode(200).body("data", empty());
    api.as(user).get("/status/datastore-usage").then().statusCode(200).body("data", empty());
    api.as(user).get("/admin/gc").then().statusCode(200).body("data", empty());
    api.as(user).get("/config/datastore").then().statusCode(200).body("data", empty());
    api.as(user).get("/access/users").then().body("data.userid", contains(name));
    api.asAdmin().get("/admin/datastore").then().body("data.store", hasItem(store.name));
    api.grant(root, name, "DatastoreBackup");
    api.as(user).get("/admin/gc").then().body("data.store", not(hasItem(store.name)));
  }
}
