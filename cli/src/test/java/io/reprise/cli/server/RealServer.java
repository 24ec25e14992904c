package io.reprise.cli.server;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reprise.cli.Scene;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.up.DataDirectory;
import io.reprise.cli.up.Site;
import io.reprise.cli.up.TemporaryDirectory;
import io.reprise.embedded.Children;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The real ingest-service as a child process without a broker, one for all tests of a run. It is the one that the build made
 * last ({@code ingest-service/target/quarkus-app}); where there is none, the test is skipped.
 */
public final class RealServer {
  /** The one that all tests share, as making one takes a while: each test has groups of its own. */
  private static final String STORE = "tests";

  private static final List<String> SERVICES = List.of("ingest-service", "gc-service");

  private static @Nullable RealServer running;

  private final Site site;
  private final String password;

  private RealServer(Path directory, Children children)
      throws IOException, InterruptedException, CommandFailed {
    for (String service : SERVICES) {
      Path home = Files.createDirectories(directory.resolve("home").resolve(service));
      Path module = Path.of("..", service).toRealPath();
      try (var parts = Files.newDirectoryStream(module.resolve("target/quarkus-app"))) {
        for (Path part : parts) Files.createSymbolicLink(home.resolve(part.getFileName()), part);
      }
      Files.createSymbolicLink(home.resolve("jvm.options"), module.resolve("jvm.options"));
    }
    System.setProperty("reprise.home", directory.resolve("home").toString());
    var data = new DataDirectory(directory.resolve("data"));
    data.make();
    password = Objects.requireNonNull(data.firstPassword());
    site = Site.start(data, new Site.Settings(0, -1, List.of("-Xmx512m")), children, step -> {});
    try (var rest = site.login(password)) {
      Site.createDatastore(rest, STORE, data.datastore(STORE));
    }
  }

  public static synchronized RealServer get()
      throws IOException, InterruptedException, CommandFailed {
    for (String service : SERVICES) {
      assumeTrue(
          Files.exists(Path.of("..", service, "target/quarkus-app/quarkus-run.jar")),
          "the " + service + " is not built: run 'mvn package' first");
    }
    if (running == null) {
      var directory = TemporaryDirectory.in(
          Path.of(System.getProperty("java.io.tmpdir")), "reprise-test-server-");
      var children = new Children();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> {
        children.close();
        remove(directory);
      }));
      running = new RealServer(directory.path(), children);
    }
    return running;
  }

  private static void remove(TemporaryDirectory directory) {
    try {
      directory.close();
    } catch (IOException e) {
      System.err.println("left behind: " + directory.path() + ": " + e);
    }
  }

  public int port() {
    return site.address().port();
  }

  /** A run of the command as the administrator of this server. */
  public Scene scene(Path home) {
    return scene(home, port());
  }

  /** @param port of something that leads to this server */
  public Scene scene(Path home, int port) {
    return new Scene(home)
        .with("PBS_REPOSITORY", Site.ADMIN + "@localhost:" + port + ":" + STORE)
        .with("PBS_PASSWORD", password)
        .with("PBS_FINGERPRINT", site.fingerprint().toString());
  }
}
