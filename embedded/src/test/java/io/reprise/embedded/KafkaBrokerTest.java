package io.reprise.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaBrokerTest {
  @TempDir
  Path directory;

  @Test
  void aKilledBrokerComesBackOnItsPortWithItsTopics() throws Exception {
    int port;
    try (var broker = KafkaBroker.start(directory)) {
      port = broker.port();
      try (var admin = admin(broker)) {
        admin
            .createTopics(List.of(new NewTopic("snapshot-finished", 3, (short) 1)))
            .all()
            .get(30, TimeUnit.SECONDS);
      }
      broker.kill();
      assertThat(broker.isAlive()).isFalse();
    }
    try (var broker = KafkaBroker.start(directory, port);
        var admin = admin(broker)) {
      assertThat(broker.port()).isEqualTo(port);
      assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS))
          .contains("snapshot-finished");
    }
  }

  private static Admin admin(KafkaBroker broker) {
    return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }
}
