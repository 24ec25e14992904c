package io.reprise.ingest.access;

import static io.reprise.ingest.Api.form;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasEntry;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.ingest.Api;
import io.reprise.ingest.Directories;
import io.reprise.ingest.Server;
import io.reprise.ingest.TemporaryDirectories;
import io.reprise.ingest.TestDatastore;
import io.reprise.ingest.store.Stores;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of users, tokens, rights and second factors: what a PBS 3.2.4 was seen to answer to the same calls. */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class AccessDataTest {
  @Inject
  Server server;

  @Inject
  Directories directories;

  @Inject
  Stores stores;

  private Api api;
  private String name;
  private Api.Session user;

  @BeforeEach
  void makeUser() {
    api = new Api(server.port());
    name = "u" + UUID.randomUUID().toString().substring(0, 8) + "@pbs";
    user = api.user(name);
  }

  @AfterEach
  void removeFactors() throws IOException {
    Files.deleteIfExists(factors());
  }

  private Path factors() {
    return directories.config().resolve("tfa.json");
  }

  private Map<String, Object> listed() {
    JsonPath users = api.asAdmin().get("/access/users?include_tokens=1").jsonPath();
    return users.getMap("data.find { it.userid == '" + name + "' }");
  }

  @Test
  void whatIsSetToItsDefaultIsNotToldAnyMore() {
    form(api.asAdmin(), "enable", "0", "expire", "5").put("/access/users/" + name);
    assertThat(listed()).containsEntry("enable", false).containsEntry("expire", 5);
    form(api.asAdmin(), "enable", "1", "expire", "0").put("/access/users/" + name);
    assertThat(listed()).doesNotContainKeys("enable", "expire");
  }

  @Test
  void onlyUsersWithTokensHaveAListOfTokens() {
    assertThat(listed()).doesNotContainKey("tokens");
    api.token(name, "t");
    assertThat(listed()).containsKey("tokens");
  }

  @Test
  void realmsHaveADigestAndOneIsTheDefault() {
    api.anonymous()
        .get("/access/domains")
        .then()
        .body("data.realm", contains("pam", "pbs"))
        .body("data.findAll { it.default }.realm", contains("pbs"))
        .body(
            "digest", equalTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
  }

  @Test
  void everyRoleSaysWhatItIsFor() {
    api.asAdmin().get("/access/roles").then().body("data.comment", everyItem(not(equalTo(""))));
  }

  @Test
  void aPathWithoutPrivilegesIsNotToldEvenIfAskedFor() {
    api.as(user)
        .get("/access/permissions?path=/datastore")
        .then()
        .statusCode(200)
        .body("data", anEmptyMap());
  }

  @Test
  void otherPeoplesPermissionsAndAclAre400WithoutThePrivilege() {
    api.as(user).get("/access/permissions?auth-id=" + Api.ADMIN).then().statusCode(400);
    form(api.as(user), "path", "/", "role", "Audit", "auth-id", Api.ADMIN)
        .put("/access/acl")
        .then()
        .statusCode(400);
  }

  @Test
  void inExtjsAWrongPasswordIsToldInTheBody() {
    form(api.anonymous().basePath("/api2/extjs"), "username", name, "password", "wrong")
        .post("/access/ticket")
        .then()
        .statusCode(200)
        .body("success", equalTo(false))
        .body("status", equalTo(401));
    api.anonymous().basePath("/api2/extjs").get("/version").then().statusCode(401);
  }

  @Test
  void theCommentOfADatastoreIsForThoseWhoSeeMoreThanANamespaceOfIt() throws IOException {
    var store = new TestDatastore(api, directories, stores);
    store.createNamespace("ns1");
    form(api.asAdmin(), "comment", "mine").put("/config/datastore/" + store.name);
    String comment = "data.find { it.store == '" + store.name + "' }";
    api.grant("/datastore/" + store.name + "/ns1", name, "DatastoreBackup");
    api.as(user).get("/admin/datastore").then().body(comment, hasEntry("comment", null));
    api.grant("/datastore/" + store.name, name, "DatastoreBackup");
    api.as(user).get("/admin/datastore").then().body(comment, hasEntry("comment", "mine"));
  }

  @Test
  void theStatusOfADatastoreThatIsNotThereIs403ForThoseWhoCouldNotSeeIt() {
    api.as(user).get("/admin/datastore/nostore/status").then().statusCode(403);
    api.asAdmin().get("/admin/datastore/nostore/status").then().statusCode(400);
  }

  private void storeFactors() throws IOException {
    Files.writeString(
        factors(),
        "{\"users\":{\"" + name + "\":{\"totp\":[{\"id\":\"one\",\"description\":\"phone\","
            + "\"created\":7,\"enable\":false,\"entry\":\"otpauth://x\"}],\"recovery\":{"
            + "\"secret\":\"0011223344556677\",\"entries\":[null],\"created\":9},"
            + "\"totp-locked\":true}}}");
  }

  @Test
  void secondFactorsAreListedWithoutTheirSecrets() throws IOException {
    api.asAdmin().get("/access/tfa").then().statusCode(200).body("data", empty());
    storeFactors();
    api.as(user)
        .get("/access/tfa")
        .then()
        .body("data.userid", contains(name))
        .body("data[0].'totp-locked'", equalTo(true))
        .body(
            "data[0].entries",
            contains(
                Map.of(
                    "id",
                    "one",
                    "type",
                    "totp",
                    "description",
                    "phone",
                    "created",
                    7,
                    "enable",
                    false),
                Map.of("id", "recovery", "type", "recovery", "created", 9)));
    api.as(user).get("/access/tfa/" + name).then().body("data.id", hasItem("one"));
    api.as(user).get("/access/tfa/" + name + "/one").then().body("data.type", equalTo("totp"));
    api.as(user).get("/access/tfa/" + name + "/none").then().statusCode(404);
    api.as(user).get("/access/tfa/" + Api.ADMIN).then().statusCode(403);
  }

  @Test
  void aSecondFactorIsRemovedWithTheCallersOwnPasswordAndThenThePasswordIsEnough()
      throws IOException {
    storeFactors();
    String factor = "/access/tfa/" + name + "/recovery";
    form(api.anonymous(), "username", name, "password", name)
        .post("/access/ticket")
        .then()
        .statusCode(401);
    api.asAdmin().delete(factor).then().statusCode(401);
    String password = "?password=" + Api.encoded(Api.ADMIN_PASSWORD);
    api.asAdmin().delete(factor + password).then().statusCode(200);
    api.asAdmin().delete(factor + password).then().statusCode(404);
    api.login(name, name); // the other one is not enabled
  }

  @Test
  void aLockedUserIsUnlockedOnce() throws IOException {
    String unlock = "/access/users/" + name + "/unlock-tfa";
    form(api.asAdmin()).put(unlock).then().statusCode(400);
    storeFactors();
    form(api.as(user)).put(unlock).then().statusCode(403);
    form(api.asAdmin()).put(unlock).then().statusCode(200).body("data", equalTo(true));
    form(api.asAdmin()).put(unlock).then().statusCode(200).body("data", equalTo(false));
    assertThat(Files.readString(factors())).contains("otpauth://x").doesNotContain("locked");
  }
}
