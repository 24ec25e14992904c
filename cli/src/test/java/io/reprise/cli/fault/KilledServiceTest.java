package io.reprise.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.datastore.SnapshotId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service is killed with SIGKILL in the middle of backups. {@code -Dreprise.fault.rounds=200} does it more often,
 * {@code -Dreprise.fault.seed=…} at the same moments again.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class KilledServiceTest {
  private static final int ROUNDS = Integer.getInteger("reprise.fault.rounds", 10);
  private static final long SEED = Long.getLong("reprise.fault.seed", System.nanoTime());
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Guest GUEST = new Guest(100, 12);

  @TempDir
  Path directory;

  private final Set<SnapshotId> acknowledged = new TreeSet<>();

  @Test
  void whatWasAcknowledgedStandsAndNothingElseIsLeft() throws Exception {
    System.out.println("killing at the moments of -Dreprise.fault.seed=" + SEED);
    var random = new Random(SEED);
    try (var site = new Installation(directory)) {
      var service = start(site);
      int version = 0;
      for (int round = 0; round < ROUNDS; round++) {
        backUpAndKill(service, version, random);
        service = start(site);
        requireOnlyWhole(service, version);
        await()
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(site.leftovers()).isEmpty());
        version++;
        if (random.nextInt(3) == 0) { // the others are killed in the group's very first backups too
          requireNextSucceeds(service, version);
          version++;
        }
      }
      requireNextSucceeds(service, version);
      requireAllRestorable(service);
      requireNoTemporaryChunks(site);
    }
  }

  private static Replica start(Installation site) throws IOException {
    return site.start(
        "one",
        Installation.NO_BROKER,
        Installation.QUICK,
        "-Dreprise.leftovers.interval=1S",
        "-Dreprise.leftovers.chunks-interval=1S");
  }

  /** At a random step of the backup and up to 30 ms later. */
  private void backUpAndKill(Replica service, int version, Random random) throws Exception {
    // Half of them where most is at stake, while it finishes.
    int step = random.nextBoolean() ? GUEST.steps() : 1 + random.nextInt(GUEST.steps());
    long delay = random.nextInt(30_000);
    var done = new AtomicInteger();
    Thread killer = Thread.ofPlatform().unstarted(() -> {
      sleepMicros(delay);
      service.kill();
    });
    String outcome;
    try (var rest = service.login()) {
      rest.login();
      GUEST.backUp(rest, version, () -> {
        if (done.incrementAndGet() == step) killer.start();
      });
      acknowledged.add(GUEST.snapshot(version));
      outcome = "acknowledged";
    } catch (IOException lost) {
      outcome = lost.getMessage();
    }
    System.out.printf(
        "version %d, killed %d us after step %d of %d: %s%n",
        version, delay, step, GUEST.steps(), outcome);
    killer.join();
  }

  private static void sleepMicros(long micros) {
    try {
      Thread.sleep(Duration.ofNanos(1_000 * micros));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The last one may stand without having been acknowledged, but then it is whole. */
  private void requireOnlyWhole(Replica service, int version) throws IOException {
    try (var rest = service.login()) {
      Set<SnapshotId> finished = Installation.finished(rest);
      assertThat(finished).containsAll(acknowledged);
      SnapshotId last = GUEST.snapshot(version);
      if (finished.contains(last)) {
        GUEST.requireRestorable(rest, version);
        acknowledged.add(last);
      }
      assertThat(finished).isEqualTo(acknowledged);
    }
  }

  private void requireNextSucceeds(Replica service, int version) throws IOException {
    try (var rest = service.login()) {
      GUEST.backUp(rest, version, Guest.Steps.UNWATCHED);
      acknowledged.add(GUEST.snapshot(version));
      GUEST.requireRestorable(rest, version);
    }
  }

  private void requireAllRestorable(Replica service) throws IOException {
    try (var rest = service.login()) {
      assertThat(Installation.finished(rest)).isEqualTo(acknowledged);
      for (SnapshotId snapshot : acknowledged) {
        GUEST.requireRestorable(rest, GUEST.version(snapshot));
      }
    }
  }

  /** They go once they are older than what clocks may differ by. */
  private static void requireNoTemporaryChunks(Installation site) throws IOException {
    var old = FileTime.from(Instant.now().minus(Duration.ofMinutes(10)));
    for (Path chunk : site.temporaryChunks()) Files.setLastModifiedTime(chunk, old);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(site.temporaryChunks()).isEmpty());
  }
}
