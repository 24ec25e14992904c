package io.reprise.ingest;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.reprise.embedded.KafkaBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;

/** A real broker for the service under test, which tests may kill and start again. */
public class TestBroker implements QuarkusTestResourceLifecycleManager {
  private static Path directory = Path.of(".");
  private static KafkaBroker broker;

  @Override
  public Map<String, String> start() {
    try {
      directory = Files.createTempDirectory("reprise-broker-test");
      broker = KafkaBroker.start(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.of(
        "kafka.bootstrap.servers", broker.bootstrapServers(),
        // Given up sooner than in earnest, so that tests of a dead broker are short.
        "mp.messaging.outgoing.events.request.timeout.ms", "2000",
        "mp.messaging.outgoing.events.delivery.timeout.ms", "4000");
  }

  public static String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** SIGKILL. */
  public static void kill() {
    broker.kill();
  }

  /** Again on its port, with what it had stored. */
  public static void startAgain() throws IOException {
    broker = KafkaBroker.start(directory, broker.port());
  }

  @Override
  public void stop() {
    broker.close();
    try (var files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
