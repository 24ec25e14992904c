package io.reprise.ingest.rest;

import static io.reprise.ingest.rest.Endpoint.post;
import static io.reprise.ingest.rest.Endpoint.put;
import static io.restassured.RestAssured.given;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.AuthId;
import io.reprise.platform.access.Privilege;
import io.restassured.specification.RequestSpecification;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transport, parameters and envelopes (protocol.md §1, §7 items 2 to 12), with endpoints made for the test. */
class HttpFrontTest {
  private static final Param<String> NAME = Param.of("name", Type.text(1, 10));
  private static final Param<Boolean> FLAG = Param.of("flag", Type.FLAG).orNothing();
  private static final Param<Long> COUNT = Param.of("count", Type.integer(1, 9)).orNothing();
  private static final Param<List<String>> WORDS =
      Param.of("words", Type.list(Type.text(0, 10))).orNothing();

  private static final RecordedDelay DELAY = new RecordedDelay();

  /** Long enough for whoever sends at once, on any machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static Vertx vertx;
  private static int port;

  @BeforeAll
  static void listen() {
    vertx = Vertx.vertx();
    var table = new EndpointTable(List.of(
        Endpoint.get("/open", "world").needs(Rule.WORLD).answers(call -> Answer.NOTHING),
        Endpoint.get("/things/{name}", "")
            .takes(NAME, FLAG, COUNT, WORDS)
            .answers(HttpFrontTest::echo),
        post("/things/{name}", "").takes(NAME, FLAG, COUNT, WORDS).answers(HttpFrontTest::echo),
        put("/things", "").takes(NAME).answers(HttpFrontTest::echo),
        post("/raw", "")
            .takes(NAME)
            .raw(100)
            .answers(call -> Answer.of(call.body().length + " bytes")),
        Endpoint.get("/many", "")
            .answers(call -> Answer.rows(out -> {
              for (int i = 0; i < 50_000; i++)
                out.row(JsonNodeFactory.instance.objectNode().put("i", i));
            })),
        Endpoint.get("/broken-off", "")
            .answers(call -> new Answer.Content("text/plain", -1, null, out -> {
              out.write(new byte[200_000]);
              throw new IOException("disk");
            })),
        Endpoint.get("/bug", "").answers(call -> {
          throw new IllegalStateException("secret");
        }),
        Endpoint.get("/forbidden/{name}", "")
            .takes(NAME)
            .needs(Rule.on("/thing/{name}", Privilege.SYS_AUDIT))
            .answers(call -> Answer.NOTHING)));
    HttpServer server = vertx
        .createHttpServer(new HttpServerOptions()
            .setMaxInitialLineLength(16_384)
            .setHttp2ClearTextEnabled(false)) // as over TLS without ALPN
        .connectionHandler(new HeadDeadline(PATIENCE))
        .requestHandler(new HttpFront(
            vertx,
            table,
            new Known(),
            (peer, who, method, target, status, bytes, agent) -> {},
            DELAY,
            Executors.newVirtualThreadPerTaskExecutor(),
            PATIENCE));
    port = server
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .join()
        .actualPort();
  }

  @AfterAll
  static void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static Answer echo(Call call) {
    ObjectNode echo = JsonNodeFactory.instance.objectNode().put("name", call.get(NAME));
    if (call.find(FLAG) != null) echo.put("flag", call.get(FLAG, false));
    if (call.find(COUNT) != null) echo.put("count", call.get(COUNT, 0L));
    if (call.find(WORDS) != null) echo.put("words", String.join("+", call.get(WORDS, List.of())));
    return Answer.of(echo);
  }

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nAuthorization: known\r\nConnection: close\r\n\r\n";
  }

  /** All bytes that come back until the server closes. */
  private static String raw(String request) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port));
      socket.setSoTimeout(30_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private static Socket connect(String sent) throws IOException {
    var socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout(60_000);
    socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  /** Sends a byte now and then, until that fails. */
  private static void drip(Socket socket) {
    await().atMost(60, SECONDS).pollInterval(100, MILLISECONDS).until(() -> {
      try {
        socket.getOutputStream().write('x');
        return false;
      } catch (SocketException closed) {
        return true;
      }
    });
  }

  @Test
  void aHeadThatComesByteByByteIsCutOffAndAConnectionThatIsSilentIsNot() throws Exception {
    try (var silent = connect("");
        var slow = connect("GET /api2/json/open HTTP/1.1\r\nX: ")) {
      drip(slow);
      silent.getOutputStream().write(get("/api2/json/open").getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(silent.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void theNextHeadOfAConnectionHasItsTimeToo() throws Exception {
    try (var slow = connect("GET /api2/json/open HTTP/1.1\r\nHost: x\r\n\r\nGET /")) {
      drip(slow);
    }
  }

  @Test
  void aBodyThatComesByteByByteIsRefused() throws Exception {
    try (var slow = connect("POST /api2/json/raw?name=a HTTP/1.1\r\nAuthorization: known\r\n"
        + "Content-Length: 100\r\n\r\n")) {
      Thread.startVirtualThread(() -> drip(slow));
      var in = new BufferedReader(
          new InputStreamReader(slow.getInputStream(), StandardCharsets.US_ASCII));
      assertThat(in.readLine()).startsWith("HTTP/1.1 408");
    }
  }

  private static RequestSpecification call() {
    return given().port(port).urlEncodingEnabled(false).header("Authorization", "known");
  }

  @Test
  void emptyPathComponentsAreIgnored() {
    call().get("//api2/json//things/a/").then().statusCode(200).body("data.name", equalTo("a"));
  }

  @Test
  void componentsAreDecodedAfterSplitting() {
    call()
        .get("/api2/json/things/a%2Fb+c")
        .then()
        .statusCode(200)
        .body("data.name", equalTo("a/b+c"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/api2/json/.things", "/api2/json/things/%2e%2e", "/api2/xml/open", "/api2"})
  void aPathThatCannotBeIsRefused(String path) {
    call().get(path).then().statusCode(400);
  }

  @Test
  void successIsJsonWithData() {
    call()
        .get("/api2/json/open")
        .then()
        .statusCode(200)
        .header("content-type", equalTo("application/json;charset=UTF-8"))
        .body(equalTo("{\"data\":null}"));
    call()
        .get("/api2/extjs/open")
        .then()
        .statusCode(200)
        .body(equalTo("{\"data\":null,\"success\":true,\"status\":200}"));
  }

  @Test
  void errorsAreTextInJsonAndMembersInExtjs() {
    call()
        .get("/api2/json/things/a?count=10")
        .then()
        .statusCode(400)
        .body(containsString("'count'"));
    call()
        .get("/api2/extjs/things/a?count=10")
        .then()
        .statusCode(200)
        .body("success", equalTo(false))
        .body("status", equalTo(400))
        .body("errors.count", containsString("1 to 9"))
        .body("message", containsString("parameter"));
    call()
        .get("/api2/extjs/nowhere")
        .then()
        .statusCode(200)
        .body("status", equalTo(404))
        .body("errors", equalTo(java.util.Map.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?other=1",
        "?count=0",
        "?count=ten",
        "?flag=maybe",
        "?count=1&count=1",
        "?name=b",
        "?words=12345678901"
      })
  void aWrongParameterIsRefused(String query) {
    call().get("/api2/json/things/a" + query).then().statusCode(400);
  }

  @Test
  void aMissingParameterIsRefused() {
    call().put("/api2/json/things").then().statusCode(400).body(containsString("'name'"));
    call().put("/api2/json/things?name=x").then().statusCode(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "on", "yes", "true", "YES", "True"})
  void formBooleansHaveManySpellings(String yes) {
    call().get("/api2/json/things/a?flag=" + yes).then().body("data.flag", equalTo(true));
  }

  @Test
  void jsonTakesOnlyRealBooleansAndNumbers() {
    call()
        .contentType("application/json; charset=utf-8")
        .body("{\"flag\":true,\"count\":3,\"words\":[\"a\",\"b\"]}")
        .post("/api2/json/things/a")
        .then()
        .statusCode(200)
        .body("data.flag", equalTo(true))
        .body("data.count", equalTo(3))
        .body("data.words", equalTo("a+b"));
    for (String body : List.of(
        "{\"flag\":1}",
        "{\"flag\":\"true\"}",
        "{\"count\":\"3\"}",
        "{\"count\":3.5}",
        "{\"words\":\"a\"}",
        "{\"name\":\"b\"}",
        "{\"flag\":true,\"flag\":true}",
        "[]",
        "{",
        "{} {}",
        "{\"flag\":null}",
        "[".repeat(1000))) {
      call()
          .contentType("application/json")
          .body(body)
          .post("/api2/json/things/a")
          .then()
          .statusCode(400);
    }
  }

  @Test
  void arraysAreRepeatedKeysInForms() {
    call()
        .get("/api2/json/things/a?words=x&words=y%20z")
        .then()
        .body("data.words", equalTo("x+y z"));
  }

  @Test
  void withAJsonBodyTheQueryIsIgnored() {
    call()
        .contentType("application/json")
        .body("")
        .post("/api2/json/things/a?count=99&nonsense=1")
        .then()
        .statusCode(200)
        .body("data.name", equalTo("a"));
  }

  @Test
  void formBodyAndQueryAreMerged() {
    call()
        .contentType("application/x-www-form-urlencoded")
        .body("flag=0&words=a+b&_dc=123")
        .post("/api2/json/things/a?count=3")
        .then()
        .statusCode(200)
        .body("data.flag", equalTo(false))
        .body("data.count", equalTo(3))
        .body("data.words", equalTo("a b"));
    call()
        .contentType("application/x-www-form-urlencoded")
        .body("count=3")
        .post("/api2/json/things/a?count=3")
        .then()
        .statusCode(400);
    call()
        .contentType("application/x-www-form-urlencoded")
        .post("/api2/json/things/a")
        .then()
        .statusCode(200);
  }

  @Test
  void otherContentTypesAreRefusedButForRawBodies() {
    call()
        .contentType("application/octet-stream")
        .body(new byte[] {1})
        .post("/api2/json/things/a")
        .then()
        .statusCode(400);
    call()
        .contentType("application/octet-stream")
        .body(new byte[] {1, 2})
        .post("/api2/json/raw?name=a")
        .then()
        .statusCode(200)
        .body("data", equalTo("2 bytes"));
    call()
        .contentType("application/octet-stream")
        .body(new byte[101])
        .post("/api2/json/raw?name=a")
        .then()
        .statusCode(400);
  }

  @Test
  void longUrlsAndLongBodiesAreRefused() throws IOException {
    String url = "/api2/json/things/a?flag=1&";
    assertThat(raw(get(url + "&".repeat(3072 - url.length())))).startsWith("HTTP/1.1 200");
    assertThat(raw(get(url + "&".repeat(3073 - url.length()))))
        .startsWith("HTTP/1.1 414 Request-URI Too Long");
    call()
        .contentType("application/x-www-form-urlencoded")
        .body("flag=1" + "&".repeat(65_530))
        .post("/api2/json/things/a")
        .then()
        .statusCode(200);
    call()
        .contentType("application/x-www-form-urlencoded")
        .body("flag=1" + "&".repeat(65_531))
        .post("/api2/json/things/a")
        .then()
        .statusCode(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api2/json/things/%zz", "/api2/json/things/a?flag=%ff%"})
  void aBrokenPercentSequenceIsRefused(String target) throws IOException {
    assertThat(raw(get(target))).startsWith("HTTP/1.1 400 Bad Request").contains("percent");
  }

  @Test
  void anEmptyQueryAndNoHostHeaderAreFine() throws IOException {
    assertThat(raw(get("/api2/json/things/a?"))).startsWith("HTTP/1.1 200 OK");
  }

  @Test
  void aBodyThatNeverEndsIsAnsweredAndCutOff() throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port));
      socket.setSoTimeout(30_000);
      var out = socket.getOutputStream();
      out.write(("POST /api2/json/things/a HTTP/1.1\r\nHost: x\r\nAuthorization: known\r\n"
              + "Content-Length: 1000000000000\r\n\r\n")
          .getBytes(StandardCharsets.US_ASCII));
      out.write(new byte[100_000]);
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 400 Bad Request").contains("longer than 65536 bytes");
    }
  }

  @Test
  void unknownPathsAre404WithALoginAnd401WithoutNotBeforeThreeSeconds() {
    DELAY.take();
    call().get("/api2/json/nowhere").then().statusCode(404);
    call().post("/api2/json/open").then().statusCode(404);
    call().get("/elsewhere").then().statusCode(404);
    call().post("/elsewhere").then().statusCode(400);
    assertThat(DELAY.take()).isEmpty();
    given().port(port).get("/api2/json/nowhere").then().statusCode(401);
    assertThat(DELAY.take()).containsExactly(Delay.UNAUTHORIZED);
    given()
        .port(port)
        .get("/api2/extjs/things/a")
        .then()
        .statusCode(401)
        .body(startsWith("please log in"));
  }

  @Test
  void theStaticPermissionCheckIsAnsweredWith403AfterHalfASecond() {
    DELAY.take();
    call().get("/api2/json/forbidden/x?nonsense=1").then().statusCode(403);
    assertThat(DELAY.take()).containsExactly(Delay.FORBIDDEN);
    call().get("/api2/json/forbidden/allowed").then().statusCode(200);
  }

  @Test
  void innerNodesListTheirChildren() {
    call()
        .get("/api2/json")
        .then()
        .statusCode(200)
        .body("data.subdir", org.hamcrest.Matchers.hasItems("things", "raw"));
  }

  @Test
  void longListsAreChunked() {
    call()
        .get("/api2/json/many")
        .then()
        .statusCode(200)
        .header("transfer-encoding", equalTo("chunked"))
        .body("data.size()", equalTo(50_000))
        .body("data[49999].i", equalTo(49_999));
  }

  @Test
  void halfAnAnswerNeverLooksWhole() throws IOException {
    assertThat(raw("GET /api2/json/broken-off HTTP/1.1\r\nHost: x\r\nAuthorization: known\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK")
        .doesNotEndWith("0\r\n\r\n");
  }

  @Test
  void aBugIsAnsweredWithoutItsDetails() {
    call()
        .get("/api2/json/bug")
        .then()
        .statusCode(500)
        .body(org.hamcrest.Matchers.not(containsString("secret")));
  }

  @Test
  void theTableDescribesItself() {
    given()
        .port(port)
        .get("/openapi.json")
        .then()
        .statusCode(200)
        .body(
            "paths.'/things/{name}'.get.parameters.name",
            equalTo(List.of("name", "flag", "count", "words")));
  }

  /** One caller, who may see one thing. */
  private static final class Known implements Authenticator {
    @Override
    public Caller authenticate(
        @Nullable Peer peer,
        @Nullable String cookie,
        @Nullable String csrf,
        @Nullable String authorization,
        boolean changes) {
      if (authorization == null) throw new ApiError(401, "please log in");
      return caller(AuthId.parse("admin@pbs"));
    }

    @Override
    public Caller caller(AuthId id) {
      return new Caller() {
        @Override
        public AuthId id() {
          return id;
        }

        @Override
        public boolean isSuperuser() {
          return false;
        }

        @Override
        public boolean may(String aclPath, Privilege privilege) {
          return aclPath.equals("/thing/allowed");
        }
      };
    }
  }
}
