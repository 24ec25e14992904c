package io.reprise.ingest.access;

import static io.reprise.ingest.Api.form;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.ingest.Api;
import io.reprise.ingest.Directories;
import io.reprise.ingest.Server;
import io.reprise.ingest.TemporaryDirectories;
import jakarta.inject.Inject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tickets, cookies and tokens on the wire (protocol.md §2.2, §2.3, §7 items 12 to 19, 22). */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class LoginTest {
  private static final String SECRET = "bcdda088-e096-46a3-ba4a-66cf24d8029e";

  @Inject
  Server server;

  @Inject
  Directories directories;

  private Api api;

  @BeforeEach
  void open() {
    api = new Api(server.port());
  }

  @Test
  void aPasswordGivesATicketForFormAndJsonBodies() {
    form(api.anonymous(), "username", Api.ADMIN, "password", Api.ADMIN_PASSWORD)
        .post("//access/ticket")
        .then()
        .statusCode(200)
        .body("data.username", equalTo(Api.ADMIN))
        .body("data.ticket", containsString("PBS:admin@pbs:"))
        .body("data.CSRFPreventionToken", notNullValue());
    api.anonymous()
        .contentType("application/json")
        .body("{\"username\":\"admin@pbs\",\"password\":\"" + Api.ADMIN_PASSWORD + "\"}")
        .post("/access/ticket")
        .then()
        .statusCode(200)
        .body("data.ticket", containsString("PBS:admin@pbs:"));
  }

  @Test
  void createDatastoreSmoke() {
    var admin = api.login(Api.ADMIN, Api.ADMIN_PASSWORD);
    String upid = form(
            api.as(admin),
            "name",
            "smoke",
            "path",
            directories.state().resolve("smoke").toString())
        .post("/config/datastore")
        .then()
        .statusCode(200)
        .extract()
        .jsonPath()
        .getString("data");
    assertThat(api.end(admin, upid)).isEqualTo("OK");
    api.as(admin).get("/admin/datastore/smoke/status").then().statusCode(200);
  }
}
