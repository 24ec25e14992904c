package io.reprise.ingest;

import static io.restassured.RestAssured.given;

import io.reprise.protocol.connect.Connector;
import io.reprise.protocol.connect.ServerAddress;
import io.reprise.protocol.rest.Credentials;
import io.reprise.protocol.rest.RestClient;
import io.restassured.path.json.JsonPath;
import io.restassured.specification.RequestSpecification;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Calls of the service under test, as its clients make them. */
public final class Api {
  public static final String ADMIN = "admin@pbs";
  public static final String ADMIN_PASSWORD = "administrator of tests";

  private final int port;
  private @Nullable Session admin;

  public Api(int port) {
    this.port = port;
  }

  /** Nobody's calls; paths go below {@code /api2/json}. */
  public RequestSpecification anonymous() {
    return given()
        .relaxedHTTPSValidation()
        .urlEncodingEnabled(false)
        .baseUri("https://127.0.0.1")
        .port(port)
        .basePath("/api2/json");
  }

  /** A form body. */
  public static RequestSpecification form(RequestSpecification call, String... namesAndValues) {
    var form = new StringBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      form.append(form.isEmpty() ? "" : "&")
          .append(encoded(namesAndValues[i]))
          .append('=')
          .append(encoded(namesAndValues[i + 1]));
    }
    return call.contentType("application/x-www-form-urlencoded").body(form.toString());
  }

  public static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Somebody with a ticket. */
  public record Session(String user, String ticket, String csrf) {
    /** The cookie as the client encodes it. */
    public String cookie() {
      return "PBSAuthCookie=" + ticket.replace("#", "%23");
    }
  }

  public Session login(String user, String password) {
    JsonPath data = form(anonymous(), "username", user, "password", password)
        .post("/access/ticket")
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
    return new Session(
        data.getString("data.username"),
        data.getString("data.ticket"),
        data.getString("data.CSRFPreventionToken"));
  }

  /** The administrator, who logs in once. */
  public Session admin() {
    if (admin == null) admin = login(ADMIN, ADMIN_PASSWORD);
    return admin;
  }

  public RequestSpecification asAdmin() {
    return as(admin());
  }

  /** Makes a user that may log in with its own id as password. */
  public Session user(String id) {
    form(asAdmin(), "userid", id, "password", id).post("/access/users").then().statusCode(200);
    return login(id, id);
  }

  /** Makes a token; its secret. */
  public String token(String user, String name) {
    return form(asAdmin())
        .post("/access/users/" + user + "/token/" + name)
        .then()
        .statusCode(200)
        .extract()
        .path("data.value");
  }

  /** Gives a role, to be inherited below the path. */
  public void grant(String path, String id, String role) {
    form(asAdmin(), "path", path, "auth-id", id, "role", role)
        .put("/access/acl")
        .then()
        .statusCode(200);
  }

  public RequestSpecification as(Session session) {
    return anonymous()
        .header("Cookie", session.cookie())
        .header("CSRFPreventionToken", session.csrf());
  }

  public RequestSpecification asToken(String id, String secret) {
    return anonymous().header("Authorization", "PBSAPIToken=" + id + ":" + secret);
  }

  /** Our own client, which also opens sessions. */
  public RestClient client(Credentials credentials) {
    var connector = new Connector(
        new ServerAddress("127.0.0.1", port), null, (host, presented, expected) -> true, null);
    return new RestClient(connector, credentials, ticket -> {});
  }

  /** Waits for the end of a task; what it ended with. */
  public String end(Session session, String upid) {
    String path = "/nodes/localhost/tasks/" + encoded(upid) + "/status";
    Awaitility.await()
        .atMost(Duration.ofMinutes(3)) // 65,536 directories on a busy machine
        .until(() -> as(session).get(path).jsonPath().getString("data.status").equals("stopped"));
    return as(session).get(path).jsonPath().getString("data.exitstatus");
  }
}
