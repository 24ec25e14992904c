package io.reprise.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.datastore.SnapshotId;
import io.reprise.embedded.KafkaBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real broker comes and goes while clients back up (I9, I10). */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class BrokerAwayTest {
  private static final int ABSENCES = Integer.getInteger("reprise.fault.absences", 2);
  private static final int CLIENTS = 3;

  /** Backups that must be done while the broker is away: they cannot have waited for it. */
  private static final int MEANWHILE = 12;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir
  Path directory;

  private final Set<SnapshotId> finished = new ConcurrentSkipListSet<>();
  private final AtomicBoolean enough = new AtomicBoolean();

  @Test
  void noEventIsLostAndNoBackupWaits() throws Exception {
    Path kafka = directory.resolve("kafka");
    var broker = KafkaBroker.start(kafka);
    try (var site = new Installation(directory);
        var clients = Executors.newFixedThreadPool(CLIENTS)) {
      // Given up sooner than by default, so that the test is short.
      var service = site.start(
          "one",
          broker.bootstrapServers(),
          Installation.QUICK,
          "-Dmp.messaging.outgoing.events.request.timeout.ms=2000",
          "-Dmp.messaging.outgoing.events.delivery.timeout.ms=4000");
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < CLIENTS; i++) {
        var guest = new Guest(100 + i, 1);
        running.add(clients.submit(() -> backUpAgainAndAgain(service, guest)));
      }
      try {
        for (int i = 0; i < ABSENCES; i++) {
          broker.kill();
          int before = finished.size();
          await().atMost(PATIENCE).until(() -> finished.size() >= before + MEANWHILE);
          assertThat(service.eventHealth().path("outbox-entries").asInt())
              .as("what health says of the outbox")
              .isGreaterThanOrEqualTo(MEANWHILE);
          broker = KafkaBroker.start(kafka, broker.port());
        }
      } finally {
        enough.set(true);
      }
      for (Future<?> client : running) client.get();
      await().atMost(PATIENCE).untilAsserted(() -> {
        assertThat(site.outbox("one")).isZero();
        assertThat(service.eventHealth().path("outbox-entries").asInt()).isZero();
      });
      assertThat(Events.finished(broker.bootstrapServers(), finished, PATIENCE))
          .isEqualTo(Events.names(finished));
    } finally {
      broker.close();
    }
  }

  private Void backUpAgainAndAgain(Replica service, Guest guest) throws Exception {
    try (var rest = service.login()) {
      for (int version = 0; !enough.get(); version++) {
        guest.backUp(rest, version, Guest.Steps.UNWATCHED);
        finished.add(guest.snapshot(version));
      }
      return null;
    }
  }
}
