package io.reprise.cli.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.cli.Scene;
import io.reprise.cli.server.RealServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code snapshot upload-log}. */
@Timeout(300) // a service starts
class UploadLogTest {
  static final String SNAPSHOT = "host/a/2023-11-14T22:13:20Z";
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
  void scene() throws Exception {
    scene = server.scene(home);
    Files.writeString(home.resolve("x.log"), "all went well\n");
  }

  private void succeeds(String... arguments) {
    assertThat(scene.run(arguments)).as(() -> scene.err()).isZero();
  }

  private void fails(String part, String... arguments) {
    assertThat(scene.run(arguments)).isEqualTo(255);
    assertThat(scene.err()).contains("Error: ").contains(part);
  }

  private void backup() {
    succeeds(
        "backup", "x.conf:x.log", "--backup-id=a", "--backup-time=1700000000", "--crypt-mode=none");
  }

  @Test
  void itGoesUpOnceAndSaysNothing() {
    backup();
    fails("no such file", "upload-log", SNAPSHOT, "missing.log");
    succeeds("upload-log", SNAPSHOT, "x.log");
    assertThat(scene.err()).isEmpty();
    assertThat(scene.out()).isEmpty();
    succeeds("restore", SNAPSHOT, "client.log", "-");
    assertThat(scene.out()).isEqualTo("all went well\n");
    fails("already", "snapshot", "upload-log", SNAPSHOT, "x.log");
    succeeds("forget", SNAPSHOT);
  }

  @Test
  void withAKeyItIsEncryptedUnlessTheModeIsToSignOnly() throws Exception {
    succeeds("key", "create", "k.json", "--kdf=none");
    for (String mode : new String[] {"encrypt", "sign-only"}) {
      backup();
      succeeds("upload-log", SNAPSHOT, "x.log", "--keyfile=k.json", "--crypt-mode=" + mode);
      assertThat(scene.run("restore", SNAPSHOT, "client.log", "-"))
          .isEqualTo(mode.equals("encrypt") ? 255 : 0);
      succeeds("restore", SNAPSHOT, "client.log", "-", "--keyfile=k.json");
      assertThat(scene.out()).isEqualTo("all went well\n");
      succeeds("forget", SNAPSHOT);
    }
  }
}
