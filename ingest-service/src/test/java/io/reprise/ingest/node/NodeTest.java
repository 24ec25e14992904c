package io.reprise.ingest.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItems;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.ingest.Api;
import io.reprise.ingest.Server;
import io.reprise.ingest.TemporaryDirectories;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The host by the API (protocol.md §5.7, §7 item 1). */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class NodeTest {
  @Inject
  Server server;

  private Api api;

  @BeforeEach
  void open() {
    api = new Api(server.port());
  }

  private JsonPath json(String call) {
    return api.asAdmin()
        .get("/nodes/localhost/" + call)
        .then()
        .statusCode(200)
        .extract()
        .jsonPath();
  }

  @Test // 1
  void theFingerprintThatIsShownIsTheSha256OfTheServedCertificateInLowerCaseHexPairs()
      throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(served().getEncoded());
    String fingerprint = HexFormat.ofDelimiter(":").formatHex(digest);
    assertThat(fingerprint).matches("([0-9a-f]{2}:){31}[0-9a-f]{2}");
    assertThat(json("status").getString("data.info.fingerprint")).isEqualTo(fingerprint);
    JsonPath info = json("certificates/info");
    assertThat(info.getList("data")).hasSize(1);
    assertThat(info.getString("data[0].fingerprint")).isEqualTo(fingerprint);
    assertThat(info.getString("data[0].filename")).isEqualTo("proxy.pem");
    assertThat(info.getList("data[0].san")).contains("localhost").doesNotContain("127.0.0.1");
    assertThat(info.getString("data[0].subject"))
        .matches("O = .+, OU = [0-9A-F-]{36}, CN = .+")
        .isEqualTo(info.getString("data[0].issuer"));
    assertThat(info.getString("data[0].'public-key-type'")).isEqualTo("id-ecPublicKey");
    assertThat(info.getString("data[0].pem")).startsWith("-----BEGIN CERTIFICATE-----");
    assertThat(info.getInt("data[0].'public-key-bits'")).isEqualTo(256);
    assertThat(info.getLong("data[0].notafter")).isGreaterThan(info.getLong("data[0].notbefore"));
  }

  private X509Certificate served() throws Exception {
    var seen = new X509Certificate[1];
    var context = SSLContext.getInstance("TLS");
    context.init(
        null,
        new TrustManager[] {
          new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {
              seen[0] = chain[0];
            }

            @Override
            public X509Certificate[] getAcceptedIssuers() {
              return new X509Certificate[0];
            }
          }
        },
        null);
    try (var socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.port())) {
      socket.startHandshake();
    }
    return seen[0];
  }

  @Test
  void theStatusTellsLoadMemoryAndSpaceOfTheHost() {
    JsonPath status = json("status");
    assertThat(status.getDouble("data.cpu")).isBetween(0.0, 1.0);
    assertThat(status.getList("data.loadavg")).hasSize(3);
    for (String of : List.of("memory.total", "memory.used", "root.total", "root.avail", "uptime")) {
      assertThat(status.getLong("data." + of)).as(of).isPositive();
    }
    assertThat(status.getInt("data.cpuinfo.cpus")).isPositive();
    assertThat(status.getString("data.kversion")).startsWith("Linux ");
    assertThat(status.getMap("data.'boot-info'")).containsOnlyKeys("mode", "secureboot");
  }

  @Test
  void aCallThatIsNotInThisVersionSaysSoWhateverItsParameters() {
    for (String call :
        List.of("/config/remote/r1/scan?x=y", "/tape/scan-drives", "/tape/drive/d1/status")) {
      api.asAdmin().get(call).then().statusCode(501).body(containsString("not part of this"));
      api.anonymous().get(call).then().statusCode(401);
    }
    api.asAdmin().get("/access").then().body("data.subdir", hasItems("openid", "tfa", "users"));
  }

  @Test
  void theTimeIsNow() {
    JsonPath time = json("time");
    assertThat(Math.abs(time.getLong("data.time") - System.currentTimeMillis() / 1000))
        .isLessThan(60);
    assertThat(time.getString("data.timezone")).isNotEmpty();
  }

  @Test
  void theHostIsShownOnlyToWhoMayAuditIt() {
    Api.Session user = api.user("u" + System.nanoTime() + "@pbs");
    for (String call : List.of("status", "certificates/info", "rrd?timeframe=hour&cf=MAX")) {
      api.as(user).get("/nodes/localhost/" + call).then().statusCode(403);
    }
    api.as(user).get("/nodes").then().statusCode(403);
    api.as(user).get("/nodes/localhost/time").then().statusCode(200);
    api.as(user).get("/nodes/localhost").then().statusCode(200);
  }
}
