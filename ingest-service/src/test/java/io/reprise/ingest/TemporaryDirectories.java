package io.reprise.ingest;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.reprise.datastore.Fixture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.opentest4j.TestAbortedException;

/**
 * Gives the service under test directories of its own and free ports. Where the fixture is at hand, the configuration and
 * the datastore are copies of a real server's; {@link Api#ADMIN} is there in any case.
 */
public class TemporaryDirectories implements QuarkusTestResourceLifecycleManager {
  private static final String CONFIG = "reprise.ingest.config";

  private Path root = Path.of(".");

  @Override
  public Map<String, String> start() {
    try {
      root = Files.createTempDirectory("reprise-ingest-test");
      Path config = Files.createDirectory(root.resolve("config"));
      copyFixture(config, root.resolve("fixpub"));
      var settings = new HashMap<>(Map.of(
          CONFIG,
          config.toString(),
          "reprise.ingest.state",
          root.resolve("state").toString(),
          "reprise.ingest.admin-password",
          Api.ADMIN_PASSWORD,
          "reprise.ingest.listen",
          "127.0.0.1",
          "reprise.ingest.port",
          "0",
          "quarkus.management.test-port",
          "0"));
      return settings;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copyFixture(Path config, Path store) throws IOException {
    Path real;
    try {
      real = Fixture.config();
    } catch (TestAbortedException absent) {
      return; // tests that need it skip themselves
    }
    Fixture.copyOfStore(store);
    try (var files = Files.list(real)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = config.resolve(String.valueOf(file.getFileName()));
        String text = Files.readString(file);
        Files.writeString(copy, text.replace("/srv/datastore/fixpub", store.toString()));
      }
    }
    // The host of the test may have less room than a datastore wants.
    Files.writeString(config.resolve("reprise.cfg"), "datastore: fixpub\n\tfloor-bytes 0\n");
  }

  @Override
  public void stop() {
    try (var files = Files.walk(root)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
