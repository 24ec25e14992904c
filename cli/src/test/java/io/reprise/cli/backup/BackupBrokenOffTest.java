package io.reprise.cli.backup;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.reprise.cli.Main;
import io.reprise.cli.Scene;
import io.reprise.cli.server.Line;
import io.reprise.cli.server.RealServer;
import io.reprise.datastore.OtherProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A backup that the user or the network ends (cli.md §6, §7 item 28). */
@Timeout(300) // processes start
class BackupBrokenOffTest {
  static final int CHUNK = 4 << 20;
  static RealServer server;

  @TempDir
  Path home;

  Scene scene;

  @BeforeAll
  @Timeout(300) // a service starts
  static void start() throws Exception {
    server = RealServer.get();
  }

  @BeforeEach
  void scene() {
    scene = server.scene(home);
  }

  private long snapshots(String group) throws IOException {
    assertThat(scene.run("snapshot", "list", group, "--output-format=json"))
        .as(() -> scene.err())
        .isZero();
    return new ObjectMapper().readTree(scene.out()).size();
  }

  @Test
  void controlCLeavesNoSnapshot() throws Exception {
    var builder = OtherProcess.java(
        Main.class, List.of("backup", "disk.img:-", "--size=1GiB", "--backup-id=c"));
    // a process in the background of a script ignores the signal, and so would its children
    builder.command().addAll(0, List.of("env", "--default-signal=INT"));
    builder.environment().putAll(scene.environment);
    Path messages = home.resolve("messages");
    Process process =
        builder.directory(home.toFile()).redirectError(messages.toFile()).start();
    try (var pipe = process.getOutputStream()) {
      pipe.write(new byte[3 * CHUNK]);
      pipe.flush();
      await().atMost(120, SECONDS).until(() -> snapshots("host/c") == 1); // running, unfinished
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
          .inheritIO()
          .start()
          .waitFor();
      assertThat(process.waitFor(60, SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(130);
    } finally {
      process.destroyForcibly();
    }
    assertThat(Files.readString(messages, StandardCharsets.UTF_8))
        .contains("interrupted: there will be no snapshot")
        .doesNotContain("Error");
    await().atMost(60, SECONDS).until(() -> snapshots("host/c") == 0);
  }

  @Test
  void aLineThatBreaksIsToldAndTheNextRunSendsTheRest() throws Exception {
    byte[] content = new byte[24 * CHUNK];
    new SplittableRandom(1).nextBytes(content);
    Path disk = Files.write(home.resolve("disk"), content);
    // more than may be on its way, so that some are stored
    try (var line = new Line(server.port(), 20L * CHUNK)) {
      var broken = server.scene(home, line.port());
      assertThat(broken.run("backup", "disk.img:disk", "--backup-id=l")).isEqualTo(255);
      assertThat(broken.err())
          .contains("Error: the connection to localhost:" + line.port() + " was lost")
          .contains("run the same command again");
    }
    await().atMost(60, SECONDS).until(() -> snapshots("host/l") == 0);
    try (var line = new Line(server.port(), Long.MAX_VALUE)) {
      var again = server.scene(home, line.port());
      await()
          .atMost(60, SECONDS)
          .until(() -> again.run("backup", "disk.img:disk", "--backup-id=l") == 0);
      assertThat(again.err())
          .containsPattern("[0-9]+ MiB were already there, from a backup that broke off\n");
      assertThat(line.sent()).isLessThan(content.length);
    }
    assertThat(scene.run("restore", "host/l", "disk.img", "restored")).isZero();
    assertThat(Files.mismatch(home.resolve("restored"), disk)).isEqualTo(-1);
  }
}
