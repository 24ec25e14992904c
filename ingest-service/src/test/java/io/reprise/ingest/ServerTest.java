package io.reprise.ingest;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The open port (protocol.md §1.1, §7 items 1 and 2). */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class ServerTest {
  @Inject
  Server server;

  @Inject
  Directories directories;

  @Test
  void pingNeedsNoLogin() {
    given()
        .urlEncodingEnabled(false)
        .relaxedHTTPSValidation()
        .baseUri("https://127.0.0.1")
        .port(server.port())
        .get("//api2/json/ping")
        .then()
        .statusCode(200)
        .body("data.pong", equalTo(true));
  }

  @Test
  void theRealPortIsInAFile() throws Exception {
    assertThat(directories.run().resolve("ingest.port"))
        .hasContent(Integer.toString(server.port()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void theFileIsTheCertificateAndHttp2IsNotOffered(String version) throws Exception {
    var seen = new X509Certificate[1];
    var context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Pinning(seen)}, null);
    try (var socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.port())) {
      socket.setEnabledProtocols(new String[] {version});
      var parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      assertThat(socket.getSession().getProtocol()).isEqualTo(version);
      assertThat(socket.getApplicationProtocol()).isNotEqualTo("h2");
    }
    var file = CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(
            Files.readAllBytes(directories.config().resolve("proxy.pem"))));
    assertThat(seen[0]).isEqualTo(file);
  }

  private record Pinning(X509Certificate[] seen) implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
      seen[0] = chain[0];
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
