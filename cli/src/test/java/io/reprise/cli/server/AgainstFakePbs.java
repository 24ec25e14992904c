package io.reprise.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.cli.Scene;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of commands that talk to a server which is none: a home of their own, the server, and a command line beside it. */
public abstract class AgainstFakePbs {
  @TempDir
  protected Path home;

  protected FakePbs server;
  protected Scene scene;

  /** The datastore that is served; without one only calls are answered. */
  protected Path store() {
    return home;
  }

  @BeforeEach
  void startServer() {
    server = new FakePbs(store());
    scene = server.scene(home);
  }

  @AfterEach
  void stopServer() {
    if (server != null) server.close();
  }

  /** Runs a command that must end well; what it printed. */
  protected String out(String... arguments) {
    assertThat(scene.run(arguments)).as(() -> scene.err()).isZero();
    return scene.out();
  }

  /** Runs a command that must fail with a sentence in which that stands. */
  protected void fails(String part, String... arguments) {
    assertThat(scene.run(arguments)).isEqualTo(255);
    assertThat(scene.err()).contains("Error: ").contains(part);
  }
}
