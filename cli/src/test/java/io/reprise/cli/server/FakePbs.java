package io.reprise.cli.server;

import io.reprise.cli.Scene;
import io.reprise.datastore.BackupType;
import io.reprise.datastore.Digest;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.index.IndexReader;
import io.reprise.protocol.TestCertificate;
import io.reprise.protocol.TestServer;
import io.reprise.protocol.TestServer.Answer;
import io.reprise.protocol.TestServer.Request;
import io.reprise.protocol.connect.CertificateFingerprint;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A server for tests of the client alone: login, the snapshot list, and reader sessions on a datastore's files. It does what
 * protocol.md §4 says and nothing more; what it sends may be bent to see what the client does about it.
 */
public final class FakePbs implements AutoCloseable {
  private static final TestCertificate CERTIFICATE = TestCertificate.selfSigned();

  private final Path store;
  private final TestServer server;
  private final Set<String> allowed = ConcurrentHashMap.newKeySet();
  private volatile Path session;
  /** Names of files and digests of chunks that were asked for. */
  public final List<String> asked = new CopyOnWriteArrayList<>();
  /** Calls of the REST API: method, path, and parameters wherever they came. */
  public final List<String> calls = new CopyOnWriteArrayList<>();
  /** Bodies of the requests to log in, as they came. */
  public final List<String> logins = new CopyOnWriteArrayList<>();
  /** Passwords and tickets that are refused. */
  public final Set<String> refused = ConcurrentHashMap.newKeySet();
  /** What calls are answered with that only give data: by path, the value of {@code data}. */
  public final Map<String, String> data = new ConcurrentHashMap<>();
  /** Changes a file or chunk on its way. */
  public volatile UnaryOperator<byte[]> bent = bytes -> bytes;

  public volatile String bentName = "";

  public FakePbs(Path store) {
    this.store = store;
    server = new TestServer(CERTIFICATE, this::answer);
  }

  /** A run of the command against this server. */
  public Scene scene(Path home) {
    return new Scene(home)
        .with("PBS_REPOSITORY", "admin@pbs@localhost:" + server.port() + ":store")
        .with("PBS_PASSWORD", "secret")
        .with("PBS_FINGERPRINT", fingerprint());
  }

  public String fingerprint() {
    return CertificateFingerprint.of(CERTIFICATE.certificate()).toString();
  }

  private Answer answer(Request request) {
    if (!request.http2() && !request.path().equals("access/ticket")) {
      calls.add(request.method() + " " + request.path() + " " + parameters(request));
    }
    String answer = data.get(request.path());
    if (answer != null) return Answer.json(answer);
    try {
      return switch (request.path()) {
        case "access/ticket" -> login(request.text());
        case "admin/datastore/store/snapshots" -> Answer.json(snapshots(request));
        case "reader" -> {
          session = directory(request);
          allowed.clear();
          yield Files.isDirectory(session)
              ? new Answer.Switch()
              : Answer.error(400, "no such snapshot");
        }
        case "download" -> download(request.parameter("file-name"));
        case "chunk" -> chunk(request.parameter("digest"));
        default -> Answer.error(404, "no such path: " + request.path());
      };
    } catch (IOException e) {
      return Answer.error(400, e.toString());
    }
  }

  private Answer login(String body) {
    String text = URLDecoder.decode(body, StandardCharsets.UTF_8);
    logins.add(text);
    return refused.stream().anyMatch(text::contains)
        ? Answer.error(401, "authentication failed")
        : Answer.json(
            "{\"username\":\"admin@pbs\",\"ticket\":\"PBS:admin@pbs:6B03DCC3::x\",\"CSRFPreventionToken\":\"6B03DCC3:y\"}");
  }

  private static String parameters(Request request) {
    var all = new TreeMap<String, String>();
    request.query().forEach((name, values) -> all.put(name, String.join(",", values)));
    return request.body().length == 0 ? all.toString() : all + " " + request.text();
  }

  private static GroupId group(Request request) {
    return new GroupId(
        BackupType.parse(request.parameter("backup-type")), request.parameter("backup-id"));
  }

  private Path groupDirectory(Request request) {
    Path at = store;
    String ns = request.parameter("ns");
    if (ns != null) {
      for (String name : Namespace.parse(ns).toString().split("/"))
        at = at.resolve("ns").resolve(name);
    }
    return at.resolve(group(request).toString());
  }

  private Path directory(Request request) {
    var id = new SnapshotId(group(request), Long.parseLong(request.parameter("backup-time")));
    return groupDirectory(request).resolve(id.timeText());
  }

  private String snapshots(Request request) throws IOException {
    var items = new ArrayList<String>();
    try (var times = Files.newDirectoryStream(groupDirectory(request))) {
      for (Path time : times) {
        if (!SnapshotId.isTime(time.getFileName().toString())) continue;
        boolean finished = Files.exists(time.resolve("index.json.blob"));
        items.add("{\"backup-type\":\"" + group(request).type() + "\",\"backup-id\":\""
            + group(request).id()
            + "\",\"backup-time\":" + SnapshotId.parseTime(time.getFileName().toString())
            + (finished ? ",\"size\":1" : "") + "}");
      }
    }
    return items.stream().collect(Collectors.joining(",", "[", "]"));
  }

  private Answer download(String name) throws IOException {
    asked.add(name);
    Path file = session.resolve(name);
    try {
      if (!name.endsWith(".blob")) {
        try (var index = IndexReader.open(file)) {
          for (long i = 0; i < index.entryCount(); i++)
            allowed.add(index.digest(i).toString());
        }
      }
      return Answer.bytes(bend(name, Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      return Answer.error(404, "no such file: " + name);
    }
  }

  private Answer chunk(String digest) throws IOException {
    asked.add(digest);
    if (!allowed.contains(digest))
      return Answer.error(401, "chunk is not in an index of this session");
    Path file = store
        .resolve(".chunks")
        .resolve(digest.substring(0, 4))
        .resolve(Digest.parse(digest).toString());
    return Answer.bytes(bend(digest, Files.readAllBytes(file)));
  }

  private byte[] bend(String name, byte[] bytes) {
    return name.equals(bentName) ? bent.apply(bytes) : bytes;
  }

  @Override
  public void close() {
    server.close();
  }
}
