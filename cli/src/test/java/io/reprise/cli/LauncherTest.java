package io.reprise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher on a machine without Java and Maven: what it says, fetches and refuses. The servers are local. */
class LauncherTest {
  /** All that a fresh machine has, and the launcher may use. */
  private static final List<String> TOOLS = List.of(
      "bash",
      "env",
      "curl",
      "tar",
      "gzip",
      "grep",
      "sed",
      "head",
      "find",
      "sha256sum",
      "sha512sum",
      "mktemp",
      "uname",
      "readlink",
      "dirname",
      "sort",
      "mkdir",
      "rm",
      "mv",
      "cat",
      "chmod",
      "tee",
      "touch");

  @TempDir
  Path machine;

  private HttpServer server;

  @BeforeEach
  void freshMachine() throws Exception {
    Path bin = Files.createDirectory(machine.resolve("bin"));
    for (String tool : TOOLS) {
      Path real = Path.of("/usr/bin", tool);
      script(
          bin.resolve(tool),
          "exec " + (Files.exists(real) ? real : Path.of("/bin", tool)) + " \"$@\"");
    }
    Files.createDirectory(machine.resolve("jdks"));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void withoutAJdkItSaysInOneLineHowToGetOne() throws Exception {
    var result = launch("toolchain");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output().lines()).hasSize(1);
    assertThat(result.output())
        .contains(
            "apt install", "dnf install", "https://adoptium.net", "./reprise --yes toolchain");
  }

  @Test
  void withYesItFetchesTheJdkByItsPublishedChecksumOnce() throws Exception {
    byte[] archive = jdkArchive("25.0.1");
    publishJdk(archive, sha256(archive));
    publishMaven(new byte[0]);

    var first = launch("--yes", "toolchain");

    Path jdk = machine.resolve("cache/reprise/jdk-25");
    assertThat(first.output()).contains("fetching Temurin 25", "jdk " + jdk);
    assertThat(jdk.resolve("bin/javac")).isExecutable();
    assertThat(launch("toolchain").output())
        .contains("jdk " + jdk)
        .doesNotContain("fetching Temurin");
  }

  @Test
  void aJdkWithAnotherChecksumIsNotUsed() throws Exception {
    publishJdk(jdkArchive("25.0.1"), "0".repeat(64));

    var result = launch("--yes", "toolchain");

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.output()).contains("does not have its published checksum");
    assertThat(machine.resolve("cache/reprise")).isEmptyDirectory();
  }

  @Test
  void anOlderJdkOnTheMachineIsPassedOver() throws Exception {
    unpackTo(jdkArchive("21.0.4"), machine.resolve("jdks/jdk-21"));

    assertThat(launch("toolchain").output()).contains("no JDK 25 found");
  }

  @Test
  void mavenWithAnotherChecksumIsNotUsed() throws Exception {
    unpackTo(jdkArchive("25.0.1"), machine.resolve("jdks/jdk-25"));
    publishMaven("no archive".getBytes(StandardCharsets.UTF_8));

    var result = launch("toolchain");

    assertThat(result.output()).contains("fetching Maven", "does not have the expected checksum");
    assertThat(machine.resolve("cache/reprise")).isEmptyDirectory();
  }

  private record Result(int status, String output) {}

  private Result launch(String... arguments) throws Exception {
    var command =
        new ArrayList<String>(List.of("bash", root().resolve("reprise").toString()));
    command.addAll(Arrays.asList(arguments));
    String self = "http://127.0.0.1:" + server.getAddress().getPort();
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder
        .environment()
        .putAll(Map.of(
            "PATH", machine.resolve("bin").toString(),
            "HOME", machine.toString(),
            "XDG_CACHE_HOME", machine.resolve("cache").toString(),
            "REPRISE_SYSTEM_JDKS", machine.resolve("jdks").toString(),
            "REPRISE_JDK_API", self,
            "REPRISE_MAVEN_ARCHIVE", self));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Result(process.exitValue(), output);
  }

  private static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (Files.notExists(directory.resolve(".mvn"))) {
      directory = directory.getParent();
    }
    return directory;
  }

  private void publishJdk(byte[] archive, String checksum) {
    String link = "http://127.0.0.1:" + server.getAddress().getPort() + "/jdk.tar.gz";
    publish(
        "/v3/assets/latest/25/hotspot",
        ("[{\"binary\": {\"package\": {\"checksum\": \"" + checksum + "\", \"link\": \"" + link
                + "\"}}}]")
            .getBytes(StandardCharsets.UTF_8));
    publish("/jdk.tar.gz", archive);
  }

  private void publishMaven(byte[] archive) {
    publish("/maven/", archive);
  }

  private void publish(String path, byte[] body) {
    server.createContext(path, exchange -> {
      exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
      try (var out = exchange.getResponseBody()) {
        out.write(body);
      }
    });
  }

  private byte[] jdkArchive(String version) throws Exception {
    Path jdk = Files.createDirectories(machine.resolve("made/jdk/bin")).getParent();
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    for (String tool : List.of("java", "javac")) {
      script(jdk.resolve("bin").resolve(tool), "exit 0");
    }
    Path archive = machine.resolve("made/jdk.tar.gz");
    run("tar", "-czf", archive.toString(), "-C", jdk.getParent().toString(), "jdk");
    return Files.readAllBytes(archive);
  }

  private void unpackTo(byte[] archive, Path directory) throws Exception {
    Path file = Files.write(machine.resolve("unpack.tar.gz"), archive);
    Files.createDirectories(directory);
    run("tar", "-xzf", file.toString(), "-C", directory.toString(), "--strip-components=1");
  }

  private static void run(String... command) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private static void script(Path file, String line) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + line + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
