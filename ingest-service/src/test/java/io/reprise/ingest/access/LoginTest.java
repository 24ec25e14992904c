package io.reprise.ingest.access;

import static io.reprise.ingest.Api.form;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.isA;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.ingest.Api;
import io.reprise.ingest.Directories;
import io.reprise.ingest.Server;
import io.reprise.ingest.TemporaryDirectories;
import io.reprise.ingest.rest.RecordedDelay;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tickets, cookies and tokens on the wire (protocol.md §2.2, §2.3, §7 items 12 to 19 and 22). */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class LoginTest {
  @Inject
  Server server;

  @Inject
  Directories directories;

  @Inject
  RecordedDelay delay;

  private Api api;

  @BeforeEach
  void open() {
    api = new Api(server.port());
  }

  private static String newUser() {
    return "u" + UUID.randomUUID().toString().substring(0, 8) + "@pbs";
  }

  @Test // 12
  void anUnknownPathIs401WithoutAndANotFoundWithALogin() {
    api.anonymous().get("/no/such/thing").then().statusCode(401);
    api.asAdmin().get("/no/such/thing").then().statusCode(404);
  }

  @Test // 13
  void aPasswordGivesUserTicketAndCsrfTokenAsStringsForFormAndJsonBodies() {
    form(api.anonymous(), "username", Api.ADMIN, "password", Api.ADMIN_PASSWORD)
        .post("//access/ticket")
        .then()
        .statusCode(200)
        .body("data.username", equalTo(Api.ADMIN))
        .body("data.ticket", containsString("PBS:admin@pbs:"))
        .body("data.CSRFPreventionToken", isA(String.class));
    api.anonymous()
        .contentType("application/json")
        .body("{\"username\":\"admin@pbs\",\"password\":\"" + Api.ADMIN_PASSWORD + "\"}")
        .post("/access/ticket")
        .then()
        .statusCode(200)
        .body("data.username", equalTo(Api.ADMIN))
        .body("data.ticket", containsString("PBS:admin@pbs:"))
        .body("data.CSRFPreventionToken", isA(String.class));
  }

  @Test // 14
  void wrongPasswordUnknownUserAndDisabledUserAreTheSame401AfterThreeSeconds() {
    String disabled = newUser();
    api.user(disabled);
    form(api.asAdmin(), "enable", "0").put("/access/users/" + disabled).then().statusCode(200);
    delay.take();
    for (String[] login : new String[][] {
      {Api.ADMIN, "wrong"}, {"nobody@pbs", "wrong"}, {disabled, disabled}, {"admin@nowhere", "x"}
    }) {
      form(api.anonymous(), "username", login[0], "password", login[1])
          .post("/access/ticket")
          .then()
          .statusCode(401)
          .body(equalTo("authentication failed"));
      assertThat(delay.take()).containsExactly(Duration.ofSeconds(3));
    }
  }

  @Test // 15
  void aTicketAsPasswordGivesANewTicket() {
    Api.Session renewed = api.login(Api.ADMIN, api.admin().ticket());
    assertThat(renewed.user()).isEqualTo(Api.ADMIN);
    api.as(renewed).get("/version").then().statusCode(200);
    form(api.anonymous(), "username", "audit@pbs", "password", api.admin().ticket())
        .post("/access/ticket")
        .then()
        .statusCode(401);
  }

  @Test // 16
  void aCookieWithoutCsrfTokenMayReadButNotChange() {
    String cookie = api.admin().cookie();
    api.anonymous().header("Cookie", cookie).get("/access/users").then().statusCode(200);
    api.anonymous().header("Cookie", cookie).post("/access/users").then().statusCode(401);
    api.anonymous().header("Cookie", cookie).put("/access/acl").then().statusCode(401);
    api.anonymous()
        .header("Cookie", cookie)
        .header("CSRFPreventionToken", "6B03DCC3:gPloiIFzME9NTnKm1RCO3F3u8od3gvygT7xuiWLK+Kk")
        .delete("/access/users/nobody@pbs")
        .then()
        .statusCode(401);
  }

  @Test // 17
  void theCookieThatPveSendsIsAccepted() {
    String encoded = Api.encoded(api.admin().ticket());
    assertThat(encoded).contains("%3A");
    api.anonymous()
        .header("Cookie", "PBSAuthCookie=" + encoded + "; path=/; secure; SameSite=Strict;")
        .get("/version")
        .then()
        .statusCode(200);
  }

  @Test // 18
  void aTokenIsAcceptedInBothSpellingsWithItsSecretEncodedOrNotAndNeedsNoCsrfToken() {
    String user = newUser();
    api.user(user);
    String secret = api.token(user, "t");
    String encoded = "%" + Integer.toHexString(secret.charAt(0)) + secret.substring(1);
    for (String separator : List.of("=", " ")) {
      for (String given : List.of(secret, encoded)) {
        form(
                api.anonymous()
                    .header("Authorization", "PBSAPIToken" + separator + user + "!t:" + given),
                "comment",
                "x")
            .put("/access/users/nobody@pbs")
            .then()
            .statusCode(403); // known, and not allowed to
      }
    }
    api.asToken(user + "!t", secret + "x").get("/version").then().statusCode(401);
  }

  @ParameterizedTest // 19
  @ValueSource(longs = {7_210, 86_400, -310})
  void aTicketOlderThanTwoHoursOrFromTheFutureIs401(long ageSeconds) throws Exception {
    api.anonymous()
        .header("Cookie", "PBSAuthCookie=" + signedTicket(ageSeconds))
        .get("/version")
        .then()
        .statusCode(401);
    api.anonymous()
        .header("Cookie", "PBSAuthCookie=" + signedTicket(60))
        .get("/version")
        .then()
        .statusCode(200);
  }

  /** As the server would have signed it at that time. */
  private String signedTicket(long ageSeconds) throws Exception {
    String pem = Files.readString(directories.config().resolve("authkey.key"));
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]+-----", ""));
    var signer = Signature.getInstance("Ed25519");
    signer.initSign(
        KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der)));
    String text = "PBS:admin@pbs:%08X".formatted(Instant.now().getEpochSecond() - ageSeconds);
    signer.update(text.getBytes(StandardCharsets.UTF_8));
    return text + "::" + Base64.getEncoder().withoutPadding().encodeToString(signer.sign());
  }

  @Test // 22
  void aTokensSecretIsShownOnlyByTheCallThatMakesItAndDisablingTheOwnerDisablesTheToken() {
    String user = newUser();
    Api.Session session = api.user(user);
    String secret = api.token(user, "t");
    for (String call : List.of(
        "/access/users/" + user + "/token",
        "/access/users/" + user + "/token/t",
        "/access/users?include_tokens=1")) {
      api.asAdmin().get(call).then().statusCode(200).body(not(containsString(secret)));
    }
    api.asToken(user + "!t", secret).get("/version").then().statusCode(200);
    form(api.asAdmin(), "enable", "0").put("/access/users/" + user).then().statusCode(200);
    api.asToken(user + "!t", secret).get("/version").then().statusCode(401);
    api.as(session).get("/version").then().statusCode(401);
  }

  @Test
  void everyFailureIsInAuthLogWithTheAddressThatFail2banWants() throws Exception {
    form(api.anonymous(), "username", "someone@pbs", "password", "wrong")
        .post("/access/ticket")
        .then()
        .statusCode(401);
    try (var lines = Files.lines(directories.apiLog().resolve("auth.log"))) {
      assertThat(lines.filter(line -> line.contains("user=someone@pbs")))
          .isNotEmpty()
          .allMatch(line -> line.matches(
              ".*authentication failure; rhost=\\[[^\\]]+\\]:\\d+ user=someone@pbs msg=.*"));
    }
  }

  @Test
  void realmsAreToldWithoutALogin() {
    api.anonymous()
        .get("/access/domains")
        .then()
        .statusCode(200)
        .body("data.realm", hasItem("pbs"))
        .body("data.realm", hasItem("pam"));
  }

  @Test
  void aPasswordIsChangedOnlyByWhoKnowsItsOwn() {
    String user = newUser();
    Api.Session session = api.user(user);
    form(api.as(session), "userid", user, "password", "another one")
        .put("/access/password")
        .then()
        .statusCode(401);
    form(api.as(session), "userid", user, "password", "another one", "confirmation-password", user)
        .put("/access/password")
        .then()
        .statusCode(200)
        .body(not(emptyString()));
    api.login(user, "another one");
    form(
            api.as(session),
            "userid",
            Api.ADMIN,
            "password",
            "another one",
            "confirmation-password",
            "another one")
        .put("/access/password")
        .then()
        .statusCode(400);
  }
}
