package io.reprise.ingest;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;

/** Gives the service under test directories of its own and free ports. */
public class TemporaryDirectories implements QuarkusTestResourceLifecycleManager {
  private Path root = Path.of(".");

  @Override
  public Map<String, String> start() {
    try {
      root = Files.createTempDirectory("reprise-ingest-test");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.of(
        "reprise.ingest.config", root.resolve("config").toString(),
        "reprise.ingest.state", root.resolve("state").toString(),
        "reprise.ingest.listen", "127.0.0.1",
        "reprise.ingest.port", "0",
        "quarkus.management.test-port", "0");
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
