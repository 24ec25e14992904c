package io.reprise.cli.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reprise.cli.up.Site;
import io.reprise.embedded.ChildJvm;
import io.reprise.protocol.connect.Connector;
import io.reprise.protocol.connect.ServerAddress;
import io.reprise.protocol.rest.Credentials;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** One process of the service. */
final class Replica {
  private static final Pattern MANAGEMENT =
      Pattern.compile("Management interface listening on (http://\\S+?)[.\\s]*\\n");

  private final ChildJvm process;
  private final int port;
  private final Path log;
  private final long logBefore;

  /** @param logBefore length of its log when it was started: what follows is its own */
  Replica(ChildJvm process, int port, Path log, long logBefore) {
    this.process = process;
    this.port = port;
    this.log = log;
    this.logBefore = logBefore;
  }

  RestClient login() {
    return login(port);
  }

  /** @param through port of a line to it */
  RestClient login(int through) {
    var address = new ServerAddress("127.0.0.1", through);
    var connector = new Connector(address, null, (host, presented, expected) -> true, null);
    return new RestClient(
        connector, Credentials.of(Site.ADMIN, Installation.PASSWORD), ticket -> {});
  }

  /** SIGKILL; it is gone when this returns. */
  void kill() {
    process.kill();
  }

  /** Asks it to stop, by SIGTERM or by the end of its input; nothing is waited for. */
  void stop(boolean signal) {
    if (signal) process.handle().destroy();
    else Thread.ofPlatform().daemon().start(process::close);
  }

  /** @return false if it has not ended after that time */
  boolean awaitEnd(Duration patience) throws Exception {
    return process
        .ended()
        .handle((text, thrown) -> true)
        .completeOnTimeout(false, patience.toMillis(), TimeUnit.MILLISECONDS)
        .get();
  }

  int port() {
    return port;
  }

  long pid() {
    return process.pid();
  }

  /** What it has written since its start. */
  String log() throws IOException {
    try (InputStream in = Files.newInputStream(log)) {
      in.skipNBytes(logBefore);
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** What the health check says of events. */
  JsonNode eventHealth() throws Exception {
    for (JsonNode check : management("/q/health").path("checks")) {
      if (check.path("name").asText().equals("events")) return check.path("data");
    }
    throw new AssertionError("health says nothing of events");
  }

  private JsonNode management(String path) throws Exception {
    String base = MANAGEMENT
        .matcher(log())
        .results()
        .map((MatchResult found) -> found.group(1))
        .findFirst()
        .orElseThrow();
    try (InputStream in = URI.create(base + path).toURL().openStream()) {
      return new ObjectMapper().readTree(in);
    }
  }

  /** Tasks that it lists, by UPID: the status, empty while one runs. */
  Map<String, String> tasks() throws IOException {
    var tasks = new HashMap<String, String>();
    try (var rest = login()) {
      for (JsonNode task : rest.get("nodes/localhost/tasks", Parameters.none().with("limit", 0))) {
        tasks.put(task.path("upid").asText(), task.path("status").asText());
      }
    }
    return tasks;
  }

  /** The most memory that it ever held, in bytes. */
  long peakRss() throws IOException {
    return status("VmHWM");
  }

  long rss() throws IOException {
    return status("VmRSS");
  }

  private long status(String field) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status"))) {
      if (line.startsWith(field + ":")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new AssertionError("no " + field);
  }
}
