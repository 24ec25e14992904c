package io.reprise.ingest.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.ingest.Api;
import io.reprise.ingest.Directories;
import io.reprise.ingest.Server;
import io.reprise.ingest.TemporaryDirectories;
import io.reprise.ingest.TestDatastore;
import io.reprise.ingest.store.Stores;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every call of the real table meets bad input: a sentence with a status of 4xx, never a stack trace (protocol.md §1.4, §1.5). */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class BadInputTest {
  private static final String FORM = "application/x-www-form-urlencoded";

  /** Parameters that name something, so that no nonsense may pass. */
  private static final Set<String> NAMES = Set.of(
      "store",
      "ns",
      "parent",
      "name",
      "backup-type",
      "backup-id",
      "file-name",
      "userid",
      "username",
      "token-name",
      "auth-id",
      "new-owner",
      "upid",
      "digest",
      "timeframe",
      "cf",
      "role");

  /** So that a call gets as far as the parameter that is wrong. */
  private static final Map<String, String> GOOD = Map.ofEntries(
      Map.entry("backup-type", "vm"),
      Map.entry("backup-id", "100"),
      Map.entry("backup-time", "1717597476"),
      Map.entry("id", "none"),
      Map.entry("file-name", "index.json.blob"),
      Map.entry("node", "localhost"),
      Map.entry("userid", "nobody@pbs"),
      Map.entry("username", "nobody@pbs"),
      Map.entry("auth-id", "nobody@pbs"),
      Map.entry("new-owner", "nobody@pbs"),
      Map.entry("token-name", "t"),
      Map.entry("name", "none"),
      Map.entry("path", "/datastore"),
      Map.entry("role", "Audit"),
      Map.entry("ns", "a"),
      Map.entry("filepath", "root"),
      Map.entry("notes", "x"),
      Map.entry("protected", "0"),
      Map.entry("password", "12345"),
      Map.entry("timeframe", "hour"),
      Map.entry("cf", "MAX"),
      Map.entry("upid", "UPID:x:00000001:00000002:00000003:6B03D123:backup:y:admin@pbs:"));

  @Inject
  Server server;

  @Inject
  Directories directories;

  @Inject
  Stores stores;

  private Api api;
  private TestDatastore store;
  private HttpClient client;

  private record Operation(String method, String path, List<Map<String, Object>> params) {}

  @BeforeEach
  void makeStore() throws Exception {
    api = new Api(server.port());
    var trusting = SSLContext.getInstance("TLS");
    trusting.init(null, new TrustManager[] {new AnyCertificate()}, null);
    client = HttpClient.newBuilder().sslContext(trusting).build();
    store = new TestDatastore(api, directories, stores);
    store.backUp("vm/100/2024-06-05T14:24:36Z", "admin@pbs");
  }

  private List<Operation> operations() {
    Map<String, Map<String, Map<String, Object>>> paths =
        api.anonymous().basePath("").get("/openapi.json").jsonPath().getMap("paths");
    var operations = new ArrayList<Operation>();
    paths.forEach((path, methods) -> methods.forEach((method, operation) -> {
      @SuppressWarnings("unchecked") // as OpenAPI has it
      var params = (List<Map<String, Object>>) operation.get("parameters");
      String summary = String.valueOf(operation.get("summary"));
      if (summary.startsWith("Not in this version")) return; // 501 whatever the parameters
      operations.add(new Operation(method, path, params));
    }));
    assertThat(operations).hasSizeGreaterThan(50);
    return operations;
  }

  /** @param value of that parameter, encoded as it is to be sent */
  private Answered call(Operation operation, String parameter, String value) {
    var given = new HashMap<String, String>();
    for (var param : operation.params) {
      String name = String.valueOf(param.get("name"));
      boolean required = Boolean.TRUE.equals(param.get("required"));
      String good = name.equals("store") ? store.name : GOOD.get(name);
      if (required && good != null) given.put(name, Api.encoded(good));
    }
    given.put(parameter, value);
    String path = operation.path;
    var query = new StringBuilder();
    for (var each : given.entrySet()) {
      if (path.contains("{" + each.getKey() + "}")) {
        path = path.replace("{" + each.getKey() + "}", each.getValue());
      } else {
        query
            .append(query.isEmpty() ? "?" : "&")
            .append(each.getKey())
            .append('=')
            .append(each.getValue());
      }
    }
    return send(operation.method, path + query, FORM, HttpRequest.BodyPublishers.noBody());
  }

  /** Over connections that are kept, as there are many calls. */
  private Answered send(
      String method, String call, String contentType, HttpRequest.BodyPublisher body) {
    var request = HttpRequest.newBuilder(
            URI.create("https://127.0.0.1:" + server.port() + "/api2/json" + call))
        .header("Cookie", api.admin().cookie())
        .header("CSRFPreventionToken", api.admin().csrf())
        .header("Content-Type", contentType)
        .method(method.toUpperCase(Locale.ROOT), body)
        .build();
    try {
      var response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      return new Answered(response.statusCode(), response.body());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + call, e);
    }
  }

  private record Answered(int statusCode, byte[] body) {
    String asString() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private static void assertSentence(Answered response, String what) {
    assertThat(response.statusCode()).as(what).isLessThan(500);
    assertThat(StandardCharsets.UTF_8.decode(ByteBuffer.wrap(response.body())).toString())
        .as(what)
        .doesNotContain("Exception", "\tat ", "io.reprise", "java.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..%2F..%2Fetc%2Fpasswd",
        "%2E%2E",
        "%2Fetc%2Fpasswd",
        "a%2F..%2F..%2Fb",
        "x%00y",
        "%FF%FE",
        "%0A",
        "%E2%80%AEabc",
        "-",
        "%20"
      })
  void aNameThatLeadsElsewhereIsRefusedInEveryParameterOfEveryCall(String value) {
    for (Operation operation : operations()) {
      for (var param : operation.params) {
        String name = String.valueOf(param.get("name"));
        Answered response = call(operation, name, value);
        String what = operation.method + " " + operation.path + " " + name + "=" + value + ": "
            + response.statusCode() + " " + response.asString();
        assertSentence(response, what);
        if (NAMES.contains(name)) {
          assertThat(response.statusCode()).as(what).isBetween(400, 499);
        }
      }
    }
    assertThat(directories.state().resolve("stores")).isDirectory();
  }

  @Test
  void hugeIdsAreRefusedInEveryCall() {
    String huge = "a".repeat(2500);
    for (Operation operation : operations()) {
      for (var param : operation.params) {
        String name = String.valueOf(param.get("name"));
        Answered response = call(operation, name, huge);
        String what =
            operation.method + " " + operation.path + " " + name + ": " + response.statusCode();
        assertSentence(response, what);
        if (NAMES.contains(name)) assertThat(response.statusCode()).as(what).isBetween(400, 499);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "99999999999999999999",
        "-1",
        "0x10",
        "1e3",
        "253402300800",
        "9223372036854775807",
        "",
        "null"
      })
  void aNumberOutOfItsRangeIsRefused(String value) {
    for (Operation operation : operations()) {
      for (var param : operation.params) {
        String name = String.valueOf(param.get("name"));
        if (!String.valueOf(param.get("schema")).contains("integer")) continue;
        Answered response = call(operation, name, value);
        String what = operation.method + " " + operation.path + " " + name + "=" + value + ": "
            + response.statusCode() + " " + response.asString();
        assertSentence(response, what);
        if (!value.equals("9223372036854775807") && !value.equals("253402300800")) {
          assertThat(response.statusCode()).as(what).isBetween(400, 499);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[]",
        "null",
        "\"text\"",
        "{\"notes\":",
        "{\"notes\":{\"a\":1}}",
        "{\"notes\":\"\\ud800\"}",
        "{\"backup-time\":1e99}",
        "{\"backup-time\":-1}",
        "{\"a\":1,\"a\":2}",
        "\u0000"
      })
  void badJsonIs400(String body) {
    for (Operation operation : operations()) {
      if (operation.method.equals("get") || operation.path.endsWith("upload-backup-log")) continue;
      String path = operation.path.replace("{store}", store.name).replaceAll("\\{[^}]+}", "none");
      Answered response = send(
          operation.method, path, "application/json", HttpRequest.BodyPublishers.ofString(body));
      String what = operation.method + " " + path + ": " + response.asString();
      assertThat(response.statusCode()).as(what).isBetween(400, 499);
      assertSentence(response, what);
    }
  }

  private Answered post(String call, String contentType, byte[] body) {
    return send("post", call, contentType, HttpRequest.BodyPublishers.ofByteArray(body));
  }

  @Test
  void bodiesThatAreNoTextOrTooLongAre400() {
    String prune = store.call("prune");
    byte[] notText = {'k', '=', (byte) 0xff, (byte) 0xc0};
    assertThat(post(prune, FORM, notText).statusCode()).isEqualTo(400);
    byte[] jsonNotText = {'{', '"', (byte) 0xff, '"', ':', '1', '}'};
    assertThat(post(prune, "application/json", jsonNotText).statusCode()).isEqualTo(400);
    Answered tooLong = post(prune, FORM, new byte[70_000]);
    assertThat(tooLong.statusCode()).isEqualTo(400);
    assertThat(tooLong.asString()).contains("65536");
    byte[] pairs = "=&&==&=".getBytes(StandardCharsets.US_ASCII);
    assertThat(post(prune, FORM, pairs).statusCode()).isEqualTo(400);
    String upload =
        store.call("upload-backup-log?backup-type=vm&backup-id=100&backup-time=1717597476");
    assertThat(post(upload, "application/octet-stream", new byte[17 << 20]).statusCode())
        .isEqualTo(400);
  }

  @Test
  void aThousandParametersAreRefusedWithAnAnswerOfBoundedLength() {
    var body = new StringBuilder();
    for (int i = 0; i < 5000; i++) body.append("p").append(i).append("=1&");
    Answered answer =
        post(store.call("prune"), FORM, body.toString().getBytes(StandardCharsets.US_ASCII));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).hasSizeLessThan(8192);
  }

  private static final class AnyCertificate extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
