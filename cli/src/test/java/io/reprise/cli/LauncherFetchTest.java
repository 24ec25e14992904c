package io.reprise.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.reprise.cli.FreshMachine.Result;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher on a machine without Java and Maven: what it says, fetches and refuses. The servers are local. */
class LauncherFetchTest {
  @TempDir
  Path directory;

  private FreshMachine machine;
  private HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger fetches = new AtomicInteger();

  @BeforeEach
  void freshMachine() throws Exception {
    machine = new FreshMachine(directory);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
    machine.set("REPRISE_JDK_API", address());
    machine.set("REPRISE_MAVEN_ARCHIVE", address());
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void withoutAJdkItSaysInOneLineHowToGetOne() throws Exception {
    Result result = launch("toolchain");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output().lines()).hasSize(1);
    assertThat(result.output())
        .contains(
            "apt install", "dnf install", "https://adoptium.net", "./reprise --yes toolchain");
    assertThat(machine.cached()).isEmpty();
  }

  @Test
  void withYesItFetchesTheJdkByItsPublishedChecksumOnce() throws Exception {
    publishJdk(jdk());
    machine.installMaven("exit 1");

    Result first = launch("--yes", "toolchain");

    Path jdk = machine.cache().resolve("jdk-25");
    assertThat(first.output()).contains("fetching Temurin 25", "jdk " + jdk);
    assertThat(first.status()).isZero();
    assertThat(jdk.resolve("bin/javac")).isExecutable();
    assertThat(machine.cached()).containsExactly("jdk-25");
    assertThat(launch("toolchain").output())
        .contains("jdk " + jdk)
        .doesNotContain("fetching Temurin");
    assertThat(fetches).hasValue(1);
  }

  @Test
  void aJdkWithAnotherChecksumIsNotUsed() throws Exception {
    publishJdk(jdk(), "0".repeat(64));

    Result result = launch("--yes", "toolchain");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output()).contains("does not have its published checksum");
    assertThat(machine.cached()).isEmpty();
  }

  @Test
  void aJdkThatDoesNotRunHereIsNotUsed() throws Exception {
    publishJdk(machine.jdkArchive("25.0.1", "exit 127"));

    Result result = launch("--yes", "toolchain");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output()).contains("does not run here");
  }

  @Test
  void anArchiveWithoutAJdkIsRefused() throws Exception {
    publishJdk(machine.jdkArchive("17.0.1", "exit 0"));

    Result result = launch("--yes", "toolchain");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output()).contains("is no JDK 25");
  }

  @Test
  void anAnswerWithoutAChecksumIsRefused() throws Exception {
    publish("/v3/assets/latest/25/hotspot", "[{}]".getBytes(StandardCharsets.UTF_8));

    assertThat(launch("--yes", "toolchain").output()).contains("names no archive with a checksum");
  }

  @Test
  void whenTheLineBreaksItGoesOnWhereItBroke() throws Exception {
    byte[] archive = jdk();
    publishJdkAnswer(sha256(archive));
    server.createContext("/jdk.tar.gz", exchange -> {
      String range = exchange.getRequestHeaders().getFirst("Range"); // bytes=N-
      if (fetches.incrementAndGet() == 1) {
        breakOff(exchange, archive);
        return;
      }
      int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
      exchange
          .getResponseHeaders()
          .add(
              "Content-Range", "bytes " + from + "-" + (archive.length - 1) + "/" + archive.length);
      send(exchange, 206, Arrays.copyOfRange(archive, from, archive.length));
    });
    machine.installMaven("exit 1");

    Result result = launch("--yes", "toolchain");

    assertThat(result.output()).contains("jdk " + machine.cache().resolve("jdk-25"));
    assertThat(fetches).hasValue(2);
  }

  @Test
  void whenTheServerCannotGoOnItBeginsAgain() throws Exception {
    byte[] archive = jdk();
    publishJdkAnswer(sha256(archive));
    server.createContext("/jdk.tar.gz", exchange -> {
      if (fetches.incrementAndGet() == 1) breakOff(exchange, archive);
      else send(exchange, 200, archive);
    });
    machine.installMaven("exit 1");

    assertThat(launch("--yes", "toolchain").output())
        .contains("jdk " + machine.cache().resolve("jdk-25"));
  }

  @Test
  void aLineThatAlwaysBreaksLeavesNothingBehind() throws Exception {
    byte[] archive = jdk();
    publishJdkAnswer(sha256(archive));
    server.createContext("/jdk.tar.gz", exchange -> breakOff(exchange, archive));

    Result result = launch("--yes", "toolchain");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output()).contains("cannot fetch " + address() + "/jdk.tar.gz");
    assertThat(machine.cached()).isEmpty();
  }

  @Test
  void stoppedWhileFetchingItLeavesNothingAndTheNextOneSucceeds() throws Exception {
    byte[] archive = jdk();
    publishJdkAnswer(sha256(archive));
    var released = new CountDownLatch(1);
    server.createContext("/jdk.tar.gz", exchange -> {
      if (fetches.incrementAndGet() == 1) {
        waitFor(released);
        breakOff(exchange, archive);
      } else {
        send(exchange, 200, archive);
      }
    });
    machine.installMaven("exit 1");

    var stopped = machine.start(FreshMachine.launcher(), directory, "--yes", "toolchain");
    await().atMost(30, SECONDS).until(() -> fetches.get() == 1);
    stopped.process().descendants().forEach(ProcessHandle::destroy); // as Ctrl-C reaches all
    stopped.process().destroy();
    assertThat(stopped.result().status()).isNotZero();
    released.countDown();

    assertThat(machine.cached()).isEmpty();
    assertThat(launch("--yes", "toolchain").output())
        .contains("jdk " + machine.cache().resolve("jdk-25"));
  }

  @Test
  void twoAtOnceFetchOnce() throws Exception {
    byte[] archive = jdk();
    publishJdkAnswer(sha256(archive));
    var released = new CountDownLatch(1);
    server.createContext("/jdk.tar.gz", exchange -> {
      fetches.incrementAndGet();
      waitFor(released);
      send(exchange, 200, archive);
    });
    machine.installMaven("exit 1");

    var one = machine.start(FreshMachine.launcher(), directory, "--yes", "toolchain");
    await().atMost(30, SECONDS).until(() -> fetches.get() == 1);
    var other = machine.start(FreshMachine.launcher(), directory, "--yes", "toolchain");
    await().atMost(30, SECONDS).until(() -> other.output().contains("waiting for it"));
    released.countDown();

    String jdk = "jdk " + machine.cache().resolve("jdk-25");
    assertThat(one.result().output()).contains(jdk);
    assertThat(other.result().output()).contains(jdk);
    assertThat(fetches).hasValue(1);
  }

  @Test
  void ourReleaseIsTakenBeforeANewerOneAndAnOlderOneIsPassedOver() throws Exception {
    machine.installMaven("exit 1");
    machine.installJdk("21.0.4", "exit 0");
    assertThat(launch("toolchain").output()).contains("no JDK 25 found");

    machine.installJdk("26.0.1", "exit 0");
    assertThat(launch("toolchain").output()).contains("jdk " + machine.path("jdks/jdk-26.0.1"));

    machine.installJdk("25.0.1", "exit 0");
    assertThat(launch("toolchain").output()).contains("jdk " + machine.path("jdks/jdk-25.0.1"));

    machine.set("JAVA_HOME", machine.path("jdks/jdk-26.0.1").toString());
    assertThat(launch("toolchain").output()).contains("jdk " + machine.path("jdks/jdk-26.0.1"));
  }

  @Test
  void mavenWithAnotherChecksumIsNotUsed() throws Exception {
    machine.installJdk("25.0.1", "exit 0");
    publish("/maven/", "no archive".getBytes(StandardCharsets.UTF_8));

    Result result = launch("toolchain");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output()).contains("fetching Maven", "does not have its published checksum");
    assertThat(machine.cached()).isEmpty();
  }

  @Test
  void mavenIsFetchedByTheChecksumInTheLauncherOnce() throws Exception {
    machine.installJdk("25.0.1", "exit 0");
    byte[] archive = machine.mavenArchive();
    Path launcher = launcherThatExpects(archive);
    publish("/maven/maven-3/3.9.16/binaries/apache-maven-3.9.16-bin.tar.gz", archive);

    String maven = "maven " + machine.cache().resolve("maven-3.9.16/bin/mvn");
    assertThat(machine.run(launcher, directory, "toolchain").output())
        .contains("fetching Maven", maven);
    assertThat(machine.run(launcher, directory, "toolchain").output())
        .contains(maven)
        .doesNotContain("fetching");
    assertThat(fetches).hasValue(1);
  }

  @Test
  void anOldMavenIsPassedOver() throws Exception {
    machine.installJdk("25.0.1", "exit 0");
    machine.installMaven("exit 1");
    Path mvn = machine.path("bin/mvn");
    Files.writeString(mvn, Files.readString(mvn).replace("3.9.9", "3.6.3"));

    assertThat(launch("toolchain").output()).contains("fetching Maven");
  }

  private Path launcherThatExpects(byte[] archive) throws Exception {
    Path copy = machine.path("reprise");
    String text = Files.readString(FreshMachine.launcher())
        .replaceFirst("(?m)^maven_sha512=.*$", "maven_sha512=" + hash("SHA-512", archive));
    return Files.writeString(copy, text);
  }

  private Result launch(String... arguments) throws Exception {
    return machine.run(FreshMachine.launcher(), directory, arguments);
  }

  private String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private byte[] jdk() throws Exception {
    return machine.jdkArchive("25.0.1", "exit 0");
  }

  private void publishJdk(byte[] archive) throws Exception {
    publishJdk(archive, sha256(archive));
  }

  private void publishJdk(byte[] archive, String checksum) {
    publishJdkAnswer(checksum);
    publish("/jdk.tar.gz", archive);
  }

  private void publishJdkAnswer(String checksum) {
    server.createContext(
        "/v3/assets/latest/25/hotspot",
        exchange -> send(exchange, 200, """
            [{"binary": {"package": {"checksum": "%s",
              "link": "%s/jdk.tar.gz", "signature_link": "%s/jdk.tar.gz.sig"}}}]""".formatted(checksum, address(), address())
            .getBytes(StandardCharsets.UTF_8)));
  }

  private void publish(String path, byte[] body) {
    server.createContext(path, exchange -> {
      fetches.incrementAndGet();
      send(exchange, 200, body);
    });
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length);
    try (var out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  /** Half of it, then the connection is gone. */
  private static void breakOff(HttpExchange exchange, byte[] body) throws IOException {
    exchange.sendResponseHeaders(200, body.length);
    var out = exchange.getResponseBody();
    out.write(body, 0, body.length / 2);
    out.flush();
    throw new IOException("the line breaks");
  }

  private static void waitFor(CountDownLatch latch) throws IOException {
    try {
      assertThat(latch.await(60, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static String sha256(byte[] bytes) throws Exception {
    return hash("SHA-256", bytes);
  }

  private static String hash(String algorithm, byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
  }
}
