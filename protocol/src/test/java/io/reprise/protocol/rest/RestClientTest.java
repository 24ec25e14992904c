package io.reprise.protocol.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.reprise.datastore.AuthId;
import io.reprise.protocol.TestCertificate;
import io.reprise.protocol.TestServer;
import io.reprise.protocol.TestServer.Answer;
import io.reprise.protocol.TestServer.Request;
import io.reprise.protocol.connect.CertificateFingerprint;
import io.reprise.protocol.connect.ConnectionLost;
import io.reprise.protocol.connect.Connector;
import io.reprise.protocol.connect.ServerAddress;
import io.reprise.protocol.connect.TrustDecision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestClientTest {
  private static final TestCertificate CERTIFICATE = TestCertificate.selfSigned();
  private static final AuthId USER = AuthId.parse("admin@pbs");
  private static final String TICKET = "PBS:admin@pbs:6B03DCC3::XE5f/AA+IZ";

  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<Ticket> tickets = new ArrayList<>();
  private TestServer server;
  private RestClient client;

  private void start(Credentials credentials, Function<Request, Answer> handler) {
    server = new TestServer(CERTIFICATE, request -> {
      requests.add(request);
      return request.path().equals("access/ticket")
          ? Answer.json("{\"username\":\"admin@pbs\",\"ticket\":\""
              + TICKET
              + "\",\"CSRFPreventionToken\":\"csrf\"}")
          : handler.apply(request);
    });
    var connector = new Connector(
        new ServerAddress("localhost", server.port()),
        CertificateFingerprint.of(CERTIFICATE.certificate()),
        TrustDecision.REFUSE,
        null);
    client = new RestClient(connector, credentials, tickets::add);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private static Function<Request, Answer> json(String data) {
    return request -> Answer.json(data);
  }

  @Test
  void aUserLogsInOnceAndSendsTicketAndCsrfToken() throws IOException {
    start(new Credentials.Password(USER, "sésame"), json("{\"version\":\"3.2\"}"));
    assertThat(client.get("version", Parameters.none()).path("version").asText())
        .isEqualTo("3.2");
    client.delete("x", Parameters.none());
    assertThat(requests).extracting(Request::path).containsExactly("access/ticket", "version", "x");
    var login = requests.getFirst();
    assertThat(login.method()).isEqualTo("POST");
    assertThat(new ObjectMapper().readTree(login.body()))
        .isEqualTo(
            Parameters.of("username", "admin@pbs").with("password", "sésame").json());
    assertThat(requests.get(1).headers())
        .containsEntry("cookie", "PBSAuthCookie=" + TICKET)
        .containsEntry("csrfpreventiontoken", "csrf")
        .doesNotContainKey("authorization");
    assertThat(tickets).extracting(Ticket::ticket).containsExactly(TICKET);
    assertThat(server.connections()).as("kept alive").isEqualTo(1);
  }

  @Test
  void aTokenNeedsNoLogin() throws IOException {
    start(Credentials.of(AuthId.parse("hook@pbs!t"), "se cret"), json("null"));
    assertThat(client.login()).isNull();
    assertThat(client.get("version", Parameters.none()).isNull()).isTrue();
    assertThat(requests).hasSize(1);
    assertThat(requests.getFirst().headers())
        .containsEntry("authorization", "PBSAPIToken=hook@pbs!t:se%20cret");
  }

  @Test
  void postSendsJsonAndOthersAQuery() throws IOException {
    start(null, json("null"));
    var parameters =
        Parameters.of("a", "x y&z").with("n", 7).with("b", true).with("l", List.of("1", "2"));
    client.post("p", parameters);
    client.put("q", parameters);
    client.post("empty", Parameters.of("absent", null));
    assertThat(requests.getFirst().text())
        .isEqualTo("{\"a\":\"x y&z\",\"n\":7,\"b\":true,\"l\":[\"1\",\"2\"]}");
    assertThat(requests.getFirst().headers()).containsEntry("content-type", "application/json");
    var put = requests.get(1);
    assertThat(put.query())
        .containsEntry("a", List.of("x y&z"))
        .containsEntry("n", List.of("7"))
        .containsEntry("b", List.of("true"))
        .containsEntry("l", List.of("1", "2"));
    assertThat(put.body()).isEmpty();
    assertThat(requests.get(2).headers())
        .containsEntry("content-type", "application/x-www-form-urlencoded")
        .containsEntry("content-length", "0");
  }

  @Test
  void aPathComponentKeepsItsSpecialCharacters() {
    start(null, json("null"));
    assertThat(RestClient.path("nodes", "localhost", "tasks", "UPID:a b/c:"))
        .isEqualTo("nodes/localhost/tasks/UPID%3Aa%20b%2Fc%3A");
  }

  @Test
  void aRefusalCarriesStatusAndText() throws IOException {
    start(
        null,
        request -> request.path().equals("ok")
            ? Answer.json("1")
            : Answer.error(403, "permission check failed\n"));
    assertThatThrownBy(() -> client.get("no", Parameters.none()))
        .isInstanceOfSatisfying(RestFailure.class, f -> {
          assertThat(f.status()).isEqualTo(403);
          assertThat(f).hasMessage("permission check failed");
        });
    assertThat(client.get("ok", Parameters.none()).asInt()).isEqualTo(1);
    assertThat(server.connections())
        .as("a refusal leaves the connection usable")
        .isEqualTo(1);
  }

  @Test
  void aListOfAnyLengthIsStreamed() throws IOException {
    var list = new StringBuilder("[");
    for (int i = 0; i < 200_000; i++)
      list.append(i == 0 ? "" : ",").append("{\"n\":").append(i).append('}');
    String text = list.append("]").toString();
    start(null, request -> Answer.json(text));
    var seen = new HashSet<Integer>();
    client.forEach("l", Parameters.none(), e -> seen.add(e.path("n").asInt()));
    assertThat(seen).hasSize(200_000);
    client.forEach("l", Parameters.none(), e -> {});
    assertThat(server.connections()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>", "[1]", "{\"data\":[1", "nonsense"})
  void anAnswerThatIsNoJsonObjectIsAnError(String text) {
    start(null, request -> Answer.bytes(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    assertThatThrownBy(() -> client.get("x", Parameters.none())).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> client.forEach("x", Parameters.none(), e -> {}))
        .isInstanceOf(IOException.class);
  }

  @Test
  void rawBytesGoBothWays() throws IOException {
    byte[] big = new byte[20 << 20];
    new java.util.Random(1).nextBytes(big);
    start(
        null,
        request -> request.method().equals("POST")
            ? Answer.json(String.valueOf(request.body().length))
            : Answer.bytes(big));
    assertThat(client
            .upload("u", Parameters.of("store", "s1"), ByteBuffer.wrap(big))
            .asInt())
        .isEqualTo(big.length);
    assertThat(requests.getFirst().parameter("store")).isEqualTo("s1");
    assertThat(requests.getFirst().headers())
        .containsEntry("content-type", "application/octet-stream");
    try (var in = client.download("d", Parameters.none())) {
      assertThat(in.readAllBytes()).isEqualTo(big);
    }
  }

  @Test
  void anAbandonedDownloadDoesNotPoisonTheNextRequest() throws IOException {
    byte[] big = new byte[20 << 20];
    start(null, request -> request.path().equals("d") ? Answer.bytes(big) : Answer.json("1"));
    try (var in = client.download("d", Parameters.none())) {
      assertThat(in.read()).isZero();
    }
    assertThat(client.get("x", Parameters.none()).asInt()).isEqualTo(1);
  }

  @Test
  void aBrokenOffAnswerIsAConnectionLoss() {
    start(null, request -> new Answer.Reset(10));
    assertThatThrownBy(() -> {
          try (var in = client.download("d", Parameters.none())) {
            in.readAllBytes();
          }
        })
        .isInstanceOf(ConnectionLost.class);
  }

  @Test
  void noAnswerIsAConnectionLoss() {
    start(null, request -> new Answer.Close());
    assertThatThrownBy(() -> client.get("x", Parameters.none())).isInstanceOf(ConnectionLost.class);
  }

  @Test
  void aSecondFactorIsNamed() {
    server = new TestServer(
        CERTIFICATE,
        request -> Answer.json(
            "{\"username\":\"a@pbs\",\"ticket\":\"PBS:!tfa!%7B:0::x\",\"CSRFPreventionToken\":\"c\"}"));
    client = new RestClient(
        new Connector(
            new ServerAddress("localhost", server.port()),
            CertificateFingerprint.of(CERTIFICATE.certificate()),
            TrustDecision.REFUSE,
            null),
        new Credentials.Password(USER, "x"),
        tickets::add);
    assertThatThrownBy(() -> client.login())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("API token");
    assertThat(tickets).isEmpty();
  }
}
