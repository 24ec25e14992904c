package io.reprise.platform.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.platform.event.Truth.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir
  Path state;

  private final FakeTransport transport = new FakeTransport();
  private final Map<String, Verdict> verdicts = new ConcurrentHashMap<>();
  private final java.util.ArrayList<Events> open = new java.util.ArrayList<>();

  private Events events(String replica) {
    var events = new Events(
        state.resolve("outbox"),
        replica,
        "node1",
        transport,
        event -> verdicts.getOrDefault(event.subject(), Verdict.SEND));
    open.add(events);
    return events;
  }

  @AfterEach
  void close() throws Exception {
    for (Events events : open) events.close();
  }

  private static SnapshotRemoved removed(int number) {
    return new SnapshotRemoved(
        "store1",
        Namespace.ROOT,
        SnapshotId.parse("vm/" + number + "/2026-11-22T23:33:06Z"),
        AuthId.parse("admin@pbs"));
  }

  private List<Path> files(String replica) throws IOException {
    Path directory = state.resolve("outbox").resolve(replica);
    if (Files.notExists(directory)) return List.of();
    try (var files = Files.list(directory)) {
      return files.filter(file -> !file.endsWith("lease")).toList();
    }
  }

  @Test
  void anAcknowledgedEventLeavesTheOutbox() throws Exception {
    Events events = events("a");
    events.start();
    events.announce(removed(1));
    await()
        .atMost(SOON)
        .until(() -> transport.subjects().size() == 1 && files("a").isEmpty());
    assertThat(transport.subjects()).containsExactly("vm/1/2026-11-22T23:33:06Z");
    await().atMost(SOON).untilAsserted(() -> {
      assertThat(events.status().waiting()).isZero();
      assertThat(events.status().sent()).isEqualTo(1);
      assertThat(events.status().connected()).isTrue();
    });
  }

  @Test
  void whileKafkaIsAwayTheOutboxGrowsAndThenAllOfItIsSent() throws Exception {
    transport.away = true;
    Events events = events("a");
    events.start();
    for (int i = 1; i <= 200; i++) events.announce(removed(i));
    assertThat(files("a")).hasSize(200);
    await().atMost(SOON).untilAsserted(() -> {
      assertThat(events.status().problem()).isEqualTo("nobody there");
      assertThat(events.status().waiting()).isEqualTo(200);
      assertThat(events.status().oldest()).isNotNull();
    });
    transport.away = false;
    await().atMost(SOON).until(() -> events.status().waiting() == 0);
    assertThat(files("a")).isEmpty();
    assertThat(transport.subjects()).hasSize(200).doesNotHaveDuplicates();
  }

  @Test
  void whatWasLeftIsSentAfterTheNextStart() throws Exception {
    transport.away = true;
    Events first = events("a");
    first.start();
    first.announce(removed(1));
    first.close();
    transport.away = false;
    events("a").start();
    await().atMost(SOON).until(() -> transport.subjects().size() == 1);
  }

  @Test
  void anEventThatIsNotTrueYetWaitsAndDoesNotHoldUpOthers() throws Exception {
    verdicts.put("vm/1/2026-11-22T23:33:06Z", Verdict.WAIT);
    Events events = events("a");
    events.start();
    events.announce(removed(1));
    events.announce(removed(2));
    await().atMost(SOON).until(() -> transport.subjects().size() == 1);
    assertThat(transport.subjects()).containsExactly("vm/2/2026-11-22T23:33:06Z");
    verdicts.clear();
    await().atMost(SOON).until(() -> transport.subjects().size() == 2);
  }

  @Test
  void anEventThatWillNeverBeTrueIsDropped() throws Exception {
    verdicts.put("vm/1/2026-11-22T23:33:06Z", Verdict.DROP);
    Events events = events("a");
    events.start();
    events.announce(removed(1));
    await().atMost(SOON).until(() -> events.status().dropped() == 1);
    assertThat(files("a")).isEmpty();
    assertThat(transport.subjects()).isEmpty();
  }

  @Test
  void whatKafkaRefusesAndWhatIsNoEventIsSetAsideForPeople() throws Exception {
    transport.disliked = event -> event.subject().startsWith("vm/1/");
    Events events = events("a");
    events.announce(removed(1));
    events.announce(removed(2));
    Files.writeString(state.resolve("outbox/a/20261122T233306000Z-strange.json"), "half an eve");
    events.start();
    await().atMost(SOON).until(() -> events.status().refused() == 2);
    await().atMost(SOON).until(() -> transport.subjects().size() == 1);
    await().atMost(SOON).until(() -> events.status().waiting() == 0);
    assertThat(files("a"))
        .hasSize(2)
        .allSatisfy(file -> assertThat(file.toString()).endsWith(".refused"));
    assertThat(events.status().connected()).isTrue();
  }

  @Test
  void anOutboxThatCannotBeWrittenFailsNobodyAndWorksAgainOnceItCan() throws Exception {
    Files.writeString(state.resolve("outbox"), "in the way");
    Events events = events("a");
    events.start();
    events.announce(removed(1));
    assertThat(events.status().unwritten()).isEqualTo(1);
    Files.delete(state.resolve("outbox"));
    events.announce(removed(2));
    await().atMost(SOON).until(() -> transport.subjects().size() == 1);
  }

  @Test
  void twoProcessesOfOneNameHaveOutboxesOfTheirOwn() throws Exception {
    transport.away = true;
    events("a").announce(removed(1));
    events("a").announce(removed(2));
    assertThat(files("a")).hasSize(1);
    assertThat(files("a-2")).hasSize(1);
  }

  @Test
  void theOutboxOfAReplicaKilledWithSigkillIsTakenOver() throws Exception {
    transport.away = true;
    Events living = events("living");
    living.start();
    Process replica = replica("doomed", 50);
    try {
      assertThat(new String(replica.getInputStream().readNBytes(5), StandardCharsets.UTF_8))
          .isEqualTo("READY");
      assertThat(files("doomed")).hasSize(50);
      transport.away = false;
      living.announce(removed(1_000));
      await().atMost(SOON).until(() -> transport.subjects().size() == 1);
      assertThat(files("doomed")).as("its owner lives").hasSize(50);
    } finally {
      replica.destroyForcibly().waitFor(); // SIGKILL
    }
    await().atMost(SOON).until(() -> transport.subjects().size() == 51);
    assertThat(transport.subjects()).doesNotHaveDuplicates();
    await().atMost(SOON).until(() -> Files.notExists(state.resolve("outbox/doomed")));
  }

  private Process replica(String name, int announcements) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath,
            Replica.class.getName(),
            state.resolve("outbox").toString(),
            name,
            Integer.toString(announcements))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** A process that announces and finds no Kafka. */
  static final class Replica {
    public static void main(String[] arguments) throws Exception {
      var transport = new FakeTransport();
      transport.away = true;
      try (var events =
          new Events(Path.of(arguments[0]), arguments[1], "node2", transport, e -> Verdict.SEND)) {
        events.start();
        for (int i = 1; i <= Integer.parseInt(arguments[2]); i++) events.announce(removed(i));
        System.out.print("READY");
        System.out.flush();
        Thread.sleep(Duration.ofMinutes(10));
      }
    }
  }
}
