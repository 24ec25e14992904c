package io.reprise.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.reprise.datastore.OtherProcess;
import io.reprise.datastore.SnapshotId;
import io.reprise.ingest.backup.RawBackup;
import io.reprise.ingest.memory.MemoryBudget;
import io.reprise.ingest.upgrade.RawHttp2;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that break the rules, stand still, flood or vanish: others are served, memory is bounded, nothing stays. */
@QuarkusTest
@QuarkusTestResource(TemporaryDirectories.class)
class HostileClientTest {
  private static final SnapshotId SNAPSHOT = SnapshotId.parse("vm/100/2026-01-01T00:00:00Z");
  private static final SnapshotId OTHER = SnapshotId.parse("vm/101/2026-01-01T00:00:00Z");
  private static final Duration SOON = Duration.ofSeconds(90);

  /** ENHANCE_YOUR_CALM, or nothing: who still sends when the server closes gets a reset, which may overtake the frame. */
  private static final List<Long> CALM_OR_RESET = List.of(11L, -1L);

  @Inject
  EmptyDatastore store;

  @Inject
  MemoryBudget memory;

  @BeforeEach
  void create() throws Exception {
    store.create();
  }

  @AfterEach
  void othersAreServedAndNothingStays() throws Exception {
    var backup = new RawBackup(store.backup(OTHER));
    backup.finish(OTHER, backup.image("a.img.fidx", RawBackup.bytes(100, 1)));
    store.close();
    assertThat(store.snapshots()).hasSize(1);
    assertThat(store.directory(SNAPSHOT)).doesNotExist();
  }

  /** Does it until the server closes, which it must before that many times. */
  private static void flood(RawHttp2 client, int times, Frame frame) {
    try {
      for (int i = 0; i < times && !client.isOver(); i++) frame.send(i);
    } catch (IOException closed) {
      // as hoped
    }
  }

  private interface Frame {
    void send(int number) throws IOException;
  }

  @Test
  void uploadsThatAreBegunAndResetEndTheSession() throws Exception {
    var backup = new RawBackup(store.backup(SNAPSHOT));
    long writer = backup.dynamicIndex("a.pxar.didx");
    byte[] encoded = RawBackup.blob(RawBackup.bytes(100_000, 1));
    String path =
        RawBackup.chunkPath("dynamic", writer, RawBackup.sha256(encoded), 100_000, encoded.length);
    flood(backup.http(), 10_000, i -> {
      int stream = backup.http().headers("POST", path, false);
      backup.http().frame(RawHttp2.DATA, 0, stream, new byte[100]);
      backup.http().frame(RawHttp2.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
    });
    assertThat(backup.http().awaitEnd()).isIn(CALM_OR_RESET);
    assertThat(store.endedTask("backup").getString("status")).isNotEqualTo("OK");
    await().atMost(SOON).until(() -> memory.uploadsHeld() == 0);
  }

  @Test
  void resetsThatTheServerIsMadeToSendEndTheSession() throws Exception {
    RawHttp2 client = store.backup(SNAPSHOT);
    flood(client, 10_000, i -> {
      int stream = client.headers("POST", "/speedtest", false);
      client.frame(RawHttp2.WINDOW_UPDATE, 0, stream, new byte[4]); // of 0 bytes: an error
    });
    assertThat(client.awaitEnd()).isIn(CALM_OR_RESET);
    assertThat(store.endedTask("backup").getString("status")).isNotEqualTo("OK");
  }

  @Test
  void floodsOfSettingsAndPingsEndTheSession() throws Exception {
    RawHttp2 settings = store.backup(SNAPSHOT);
    flood(settings, 100_000, i -> settings.frame(RawHttp2.SETTINGS, 0, 0, new byte[0]));
    assertThat(settings.awaitEnd()).isIn(CALM_OR_RESET);
    assertThat(store.endedTask("backup").getString("status")).contains("control frames");
    await().atMost(SOON).until(() -> !Files.exists(store.directory(SNAPSHOT)));
    RawHttp2 pings = store.backup(SNAPSHOT);
    flood(pings, 100_000, i -> pings.frame(RawHttp2.PING, 0, 0, new byte[8]));
    assertThat(pings.awaitEnd()).isIn(CALM_OR_RESET);
  }

  @Test
  void emptyFramesOfABodyEndTheSession() throws Exception {
    RawHttp2 client = store.backup(SNAPSHOT);
    int stream = client.headers("POST", "/speedtest", false);
    flood(client, 100_000, i -> client.frame(RawHttp2.DATA, 0, stream, new byte[0]));
    assertThat(client.awaitEnd()).isIn(CALM_OR_RESET);
  }

  @Test
  void aHeaderListThatIsTooLongIsRefused() throws Exception {
    RawHttp2 client = store.backup(SNAPSHOT);
    String half = "/previous_backup_time?a=" + "x".repeat(10_000);
    assertThat(client.call("GET", half).status()).isEqualTo(400);
    var more = new ArrayList<String>();
    for (int i = 0; i < 40; i++) more.addAll(List.of("h" + i, "y".repeat(2_000)));
    int stream = client.headers("GET", "/previous_backup_time", true, more.toArray(String[]::new));
    assertThat(client.answer(stream).status()).isIn(400, 431);
    assertThat(client.call("GET", "/previous_backup_time").status()).isEqualTo(200);
  }

  @Test
  void headersThatNeverEndEndTheSession() throws Exception {
    RawHttp2 client = store.backup(SNAPSHOT);
    client.frame(RawHttp2.HEADERS, 0, 1, new byte[0]); // no END_HEADERS
    flood(
        client, 100_000, i -> client.frame(RawHttp2.CONTINUATION, 0, 1, new byte[] {(byte) 0x82}));
    assertThat(client.awaitEnd()).isIn(1L, 11L, -1L);
    await().atMost(SOON).until(() -> !Files.exists(store.directory(SNAPSHOT)));
    RawHttp2 large = store.backup(SNAPSHOT);
    large.frame(RawHttp2.HEADERS, 0, 1, new byte[0]);
    byte[] part = new byte[16_000];
    java.util.Arrays.fill(part, (byte) 0x82);
    flood(large, 10_000, i -> large.frame(RawHttp2.CONTINUATION, 0, 1, part));
    assertThat(large.awaitEnd()).isIn(1L, 11L, -1L);
  }

  @Test
  void framesThatAreNoneEndTheSession() throws Exception {
    for (byte[] garbage : new byte[][] {
      {0, 0, 1, 0, 0, 0, 0, 0, 0, 7}, // DATA on stream 0
      {0, 0, 5, 8, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5}, // WINDOW_UPDATE of 5 bytes
      {0, 0, 1, 4, 0, 0, 0, 0, 0, 1}, // SETTINGS of 1 byte
      {(byte) 0xff, (byte) 0xff, (byte) 0xff, 0, 0, 0, 0, 0, 1}, // 16 MiB
      {0, 0, 0, 1, 4, 0, 0, 0, 2} // HEADERS on an even stream
    }) {
      RawHttp2 client = store.backup(SNAPSHOT);
      assertThat(client.call("GET", "/previous_backup_time").status()).isEqualTo(200);
      client.bytes(garbage);
      assertThat(client.awaitEnd()).isNotZero();
      assertThat(store.endedTask("backup").getString("status")).isNotEqualTo("OK");
      await().atMost(SOON).until(() -> !Files.exists(store.directory(SNAPSHOT)));
    }
  }

  @Test
  void aClientThatAsksAndNeverReadsIsReadFromNoMore() throws Exception {
    RawHttp2 client = store.silent(
        store.target("backup", SNAPSHOT, ""),
        "Upgrade: proxmox-backup-protocol-v1",
        "Cookie: " + store.admin().cookie());
    var sent = new AtomicLong();
    Thread asking = Thread.ofPlatform().daemon().start(() -> {
      try {
        while (true) {
          client.headers("GET", "/nothing?" + "z".repeat(1_000), true);
          sent.incrementAndGet();
        }
      } catch (IOException closed) {
        // by the test
      }
    });
    long[] before = {-1};
    await().atMost(SOON).pollInterval(Duration.ofSeconds(2)).until(() -> {
      long now = sent.get();
      boolean still = now == before[0] && now > 0;
      before[0] = now;
      return still;
    });
    client.vanish();
    asking.join(SOON);
    assertThat(store.endedTask("backup").getString("status")).isNotEqualTo("OK");
  }

  @Test
  void aBodyThatNeverEndsIsDroppedAndCutOff() throws Exception {
    RawHttp2 client = store.backup(SNAPSHOT);
    int stream = client.headers("POST", "/blob?file-name=a.blob&encoded-size=100", false);
    byte[] part = new byte[1 << 20];
    for (int i = 0; i < 80 && client.peek(stream) == null; i++) client.body(stream, part, false);
    assertThat(client.answer(stream).status()).isEqualTo(400);
    assertThat(memory.uploadsHeld()).isZero();
    assertThat(client.call("GET", "/previous_backup_time").status()).isEqualTo(200);
  }

  @Test
  void aRestBodyThatNeverEndsIsRefusedAndItsConnectionClosed() throws Exception {
    try (var socket = store.tls(store.plain())) {
      var out = socket.getOutputStream();
      out.write(("POST /api2/json/access/ticket HTTP/1.1\r\nHost: x\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n")
          .getBytes(StandardCharsets.US_ASCII));
      byte[] chunk = ("1000\r\n" + "a".repeat(0x1000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      Thread.ofPlatform().daemon().start(() -> {
        try {
          while (true) out.write(chunk);
        } catch (IOException closed) {
          // as hoped
        }
      });
      socket.setSoTimeout((int) SOON.toMillis());
      assertThat(status(socket.getInputStream())).isEqualTo(400);
      drain(socket.getInputStream());
    }
  }

  @Test
  void restHeadersThatNeverEndAreRefused() throws Exception {
    try (var socket = store.tls(store.plain())) {
      var out = socket.getOutputStream();
      out.write("GET /api2/json/version HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] header = ("a: " + "b".repeat(500) + "\r\n").getBytes(StandardCharsets.US_ASCII);
      try {
        for (int i = 0; i < 1_000; i++) out.write(header);
      } catch (IOException closed) {
        // as hoped
      }
      socket.setSoTimeout((int) SOON.toMillis());
      try {
        assertThat(status(socket.getInputStream())).isIn(400, 431);
        drain(socket.getInputStream());
      } catch (java.net.SocketException reset) {
        // who still sends when the server closes gets a reset, which may overtake the answer
      }
    }
  }

  private static int status(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int b; (b = in.read()) >= 0 && b != '\n'; ) line.append((char) b);
    return Integer.parseInt(line.substring(9, 12));
  }

  /** Until the server closes. */
  private static void drain(InputStream in) throws IOException {
    try {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    } catch (java.net.SocketException reset) {
      // closed, too
    }
  }

  /** The kernel asks a silent host whether it lives, and long before its own two hours. */
  @Test
  void aSessionsConnectionIsKeptAliveByProbes() throws Exception {
    List<Path> tables = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    assumeTrue(tables.stream().allMatch(Files::isReadable), "no /proc/net/tcp here");
    RawHttp2 client = store.backup(SNAPSHOT);
    var established =
        Pattern.compile(":%04X \\w+:%04X 01 ".formatted(store.port(), client.localPort()));
    // The timer of an answer under way comes first.
    await().atMost(SOON).untilAsserted(() -> {
      var lines = new ArrayList<String>();
      for (Path table : tables) lines.addAll(Files.readAllLines(table));
      String timer = lines.stream()
          .filter(line -> established.matcher(line).find())
          .map(line -> line.trim().split("\\s+")[5])
          .findFirst()
          .orElse("none");
      assertThat(timer).startsWith("02:"); // keepalive
      assertThat(Long.parseLong(timer.substring(3), 16)).isLessThanOrEqualTo(120 * 100);
    });
  }

  @Test
  void tenThousandConnectionsWithoutAWordAreClosedAndCostLittle() throws Exception {
    int count = 10_000;
    assumeTrue(
        openFilesLimit() > count + 2_000, "only " + openFilesLimit() + " open files are allowed");
    long before = residentBytes();
    Process clients = OtherProcess.java(
            HostileClientTest.class, List.of(Integer.toString(store.port()), "" + count))
        .start();
    try (var answers = clients.inputReader(StandardCharsets.US_ASCII)) {
      assertThat(answers.readLine()).isEqualTo("connected");
      store.api().anonymous().get("/ping").then().statusCode(200);
      assertThat(residentBytes() - before).isLessThan(400L << 20);
      assertThat(answers.readLine()).isEqualTo("all closed");
    } finally {
      clients.destroyForcibly();
    }
  }

  private static long openFilesLimit() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/limits")).stream()
        .filter(line -> line.startsWith("Max open files"))
        .mapToLong(line -> Long.parseLong(line.split("\\s+")[3]))
        .findFirst()
        .orElse(0);
  }

  private static long residentBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElseThrow();
  }

  /** The silent clients: port, count. */
  public static void main(String[] arguments) throws IOException {
    var channels = new ArrayList<SocketChannel>();
    var server = new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0]));
    for (int i = Integer.parseInt(arguments[1]); i > 0; i--) {
      channels.add(SocketChannel.open(server));
    }
    System.out.println("connected");
    var byteRead = java.nio.ByteBuffer.allocate(1);
    for (SocketChannel channel : channels) {
      if (channel.read(byteRead) >= 0) throw new IOException("the server said something");
    }
    System.out.println("all closed");
  }
}
