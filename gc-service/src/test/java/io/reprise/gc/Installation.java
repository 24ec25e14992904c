package io.reprise.gc;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.reprise.embedded.KafkaBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;

/** A datastore, directories and a real broker for the service under test. */
public class Installation implements QuarkusTestResourceLifecycleManager {
  static final String STORE = "main";

  private static TestStores stores;
  private static KafkaBroker broker;

  static TestStores stores() {
    return stores;
  }

  static String bootstrapServers() {
    return broker.bootstrapServers();
  }

  @Override
  public Map<String, String> start() {
    try {
      Path root = Files.createTempDirectory("reprise-gc-test");
      stores = new TestStores(root);
      stores.configure(STORE, "", "");
      broker = KafkaBroker.start(Files.createDirectory(root.resolve("kafka")));
      return Map.of(
          "reprise.gc.config", stores.config().toString(),
          "reprise.gc.state", stores.state().toString(),
          "reprise.gc.run", stores.run().toString(),
          "reprise.gc.gather", "200ms",
          // What happens soon in these tests happens because of an event.
          "reprise.gc.period", "1h",
          "kafka.bootstrap.servers", broker.bootstrapServers(),
          "quarkus.management.test-port", "0");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    broker.close();
    try (var files = Files.walk(stores.root)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
