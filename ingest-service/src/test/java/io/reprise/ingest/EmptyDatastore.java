package io.reprise.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.datastore.Digest;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.datastore.manifest.VerifyState;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.ingest.memory.MemoryBudget;
import io.reprise.ingest.store.Stores;
import io.reprise.ingest.upgrade.RawHttp2;
import io.restassured.path.json.JsonPath;
import jakarta.enterprise.context.Dependent;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** An empty datastore of the service under test, and sessions of raw clients on it. Injected anew for each test. */
@Dependent
public class EmptyDatastore implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final SSLContext TRUSTING = trusting();

  private final Server server;
  private final Directories directories;
  private final Stores stores;
  private final MemoryBudget memory;
  private final List<RawHttp2> clients = new ArrayList<>();
  private final String name = "lab" + NUMBER.incrementAndGet();
  private long floor;
  private Path path = Path.of(".");
  private Api.Session admin = new Api.Session("", "", "");

  EmptyDatastore(Server server, Directories directories, Stores stores, MemoryBudget memory) {
    this.server = server;
    this.directories = directories;
    this.stores = stores;
    this.memory = memory;
  }

  /** Makes it, without the prefix directories, which are made when they are needed. */
  public EmptyDatastore create() throws IOException {
    return create(directories.state().resolve(name), 0);
  }

  public EmptyDatastore create(Path at, long floorBytes) throws IOException {
    path = at;
    floor = floorBytes;
    Files.createDirectories(path.resolve(".chunks"));
    Files.createFile(path.resolve(".lock"));
    add("datastore.cfg", "\ndatastore: " + name + "\n\tpath " + path + "\n");
    add("reprise.cfg", floor(floorBytes));
    admin = api().login(Api.ADMIN, Api.ADMIN_PASSWORD);
    return this;
  }

  private String floor(long bytes) {
    return "\ndatastore: %s\n\tfloor-bytes %d\n\tfloor-inodes 0\n".formatted(name, bytes);
  }

  /** Free space below which it takes no backups. */
  public void setFloor(long bytes) throws IOException {
    Path file = directories.config().resolve("reprise.cfg");
    String changed = Files.readString(file).replace(floor(floor), floor(bytes));
    Path written = Files.writeString(file.resolveSibling("reprise.cfg.new"), changed);
    Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    floor = bytes;
  }

  private void add(String file, String section) throws IOException {
    Files.writeString(
        directories.config().resolve(file),
        section,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  public String name() {
    return name;
  }

  public Path path() {
    return path;
  }

  public int port() {
    return server.port();
  }

  public Api api() {
    return new Api(server.port());
  }

  public Api.Session admin() {
    return admin;
  }

  /** Where a snapshot of the root namespace is. */
  public Path directory(SnapshotId snapshot) {
    return path.resolve(snapshot.toString());
  }

  public Path chunkFile(Digest digest) {
    String name = digest.toString();
    return path.resolve(".chunks").resolve(name.substring(0, 4)).resolve(name);
  }

  public Manifest manifest(SnapshotId snapshot) throws IOException {
    byte[] bytes = Files.readAllBytes(directory(snapshot).resolve("index.json.blob"));
    return Manifest.read(ByteBuffer.wrap(bytes));
  }

  /** What the server noted about the uploads of a snapshot. */
  public Map<String, Long> statistics(SnapshotId snapshot) throws IOException {
    var statistics = new HashMap<String, Long>();
    manifest(snapshot)
        .unprotected()
        .get("chunk_upload_stats")
        .properties()
        .forEach(field -> statistics.put(field.getKey(), field.getValue().longValue()));
    return statistics;
  }

  // sessions

  public String target(String protocol, SnapshotId snapshot, String more) {
    return "//api2/json/%s?store=%s&backup-type=%s&backup-id=%s&backup-time=%d%s"
        .formatted(
            protocol, name, snapshot.group().type(), snapshot.group().id(), snapshot.time(), more);
  }

  public RawHttp2 backup(SnapshotId snapshot) throws IOException {
    return open(target("backup", snapshot, ""), "proxmox-backup-protocol-v1");
  }

  public RawHttp2 reader(SnapshotId snapshot) throws IOException {
    return open(target("reader", snapshot, ""), "proxmox-backup-reader-protocol-v1");
  }

  public RawHttp2 open(String target, String upgrade) throws IOException {
    return open(target, "Upgrade: " + upgrade, "Cookie: " + admin.cookie());
  }

  /** @throws RawHttp2.Refused if the answer is not 101 */
  public RawHttp2 open(String target, String... headers) throws IOException {
    return silent(target, headers).reading();
  }

  /** One that does not read yet. */
  public RawHttp2 silent(String target, String... headers) throws IOException {
    String request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n"
        + String.join("\r\n", headers) + "\r\n\r\n";
    Socket plain = plain();
    var client = new RawHttp2(tls(plain), plain, request);
    clients.add(client);
    return client;
  }

  public Socket plain() throws IOException {
    return new Socket("127.0.0.1", server.port());
  }

  public SSLSocket tls(Socket plain) throws IOException {
    var socket =
        (SSLSocket) TRUSTING.getSocketFactory().createSocket(plain, "localhost", 8007, true);
    socket.startHandshake();
    return socket;
  }

  // what became of them

  /** Snapshots of the root namespace as the list shows them. */
  public List<Map<String, Object>> snapshots() {
    return api()
        .as(admin)
        .get("/admin/datastore/" + name + "/snapshots")
        .then()
        .statusCode(200)
        .extract()
        .jsonPath()
        .getList("data");
  }

  /** @return the status of the answer */
  public int forget(SnapshotId snapshot) {
    return api()
        .as(admin)
        .delete("/admin/datastore/%s/snapshots?backup-type=%s&backup-id=%s&backup-time=%d"
            .formatted(name, snapshot.group().type(), snapshot.group().id(), snapshot.time()))
        .statusCode();
  }

  /** The newest task of that type, once it has ended. */
  public JsonPath endedTask(String type) {
    var task = new JsonPath[1];
    await().atMost(SOON).until(() -> {
      task[0] = newestTask(type);
      return task[0].get("status") != null;
    });
    return task[0];
  }

  /** The newest task of that type. */
  public JsonPath newestTask(String type) {
    JsonPath tasks = api()
        .as(admin)
        .get("/nodes/localhost/tasks?limit=1&store=" + name + "&typefilter=" + type)
        .jsonPath();
    return tasks.setRootPath("data[0]");
  }

  /** As a verification does that found a broken chunk. */
  public void markFailed(SnapshotId snapshot) throws IOException {
    try (var use = stores.use(name, Operation.WRITE)) {
      use.datastore()
          .updateManifest(
              Namespace.ROOT,
              snapshot,
              manifest -> manifest.withVerifyState(new VerifyState(false, "UPID:any")));
    }
  }

  /** Closes all clients, and waits until nothing of them is held and nothing is left half. */
  @Override
  public void close() {
    if (admin.user().isEmpty()) return; // never made
    clients.forEach(RawHttp2::close);
    await().atMost(SOON).untilAsserted(() -> {
      assertThat(stores.active(name, Operation.WRITE)).isZero();
      assertThat(stores.active(name, Operation.READ)).isZero();
      assertThat(memory.uploadsHeld()).isZero();
      assertThat(memory.uploadsWaiting()).isZero();
      assertThat(memory.readsHeld()).isZero();
      assertThat(memory.sending()).isZero();
    });
    assertThat(snapshots()).allSatisfy(snapshot -> assertThat(snapshot).containsKey("size"));
  }

  private static SSLContext trusting() {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustEverybody()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static final class TrustEverybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
