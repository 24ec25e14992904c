package io.reprise.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.reprise.datastore.Namespace;
import io.reprise.datastore.OtherProcess;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.lock.WriterLeases.Writer;
import io.reprise.embedded.KafkaBroker;
import io.reprise.protocol.backup.BackupClient;
import io.reprise.protocol.reader.ReaderClient;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import io.reprise.protocol.rest.RestFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two processes on one configuration, state directory and datastore, as replicas on two hosts would be. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class TwoServicesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String SNAPSHOTS = "admin/datastore/main/snapshots";
  private static final String[] OPTIONS = {
    Installation.QUICK,
    "-Dreprise.leftovers.interval=1S",
    "-Dmp.messaging.outgoing.events.request.timeout.ms=2000",
    "-Dmp.messaging.outgoing.events.delivery.timeout.ms=4000"
  };

  @TempDir
  static Path directory;

  private static int kafkaPort;
  private static Installation site;
  private static Replica a;
  private static Replica b;

  @BeforeAll
  static void start() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      kafkaPort = socket.getLocalPort(); // nobody listens there until a test has it so
    }
    site = new Installation(directory);
    a = start("a");
    b = start("b");
  }

  private static Replica start(String name) throws IOException {
    return site.start(name, "127.0.0.1:" + kafkaPort, OPTIONS);
  }

  @AfterAll
  static void stop() {
    if (site != null) site.close();
  }

  @Test
  void aGroupIsForOneAtATimeAndOtherGroupsAreFree() throws Exception {
    var guest = new Guest(100, 2);
    var other = new Guest(101, 2);
    try (var toA = a.login();
        var toB = b.login();
        var session = BackupClient.open(toA, guest.target(0))) {
      assertThatThrownBy(() -> BackupClient.open(toB, guest.target(1)))
          .isInstanceOf(RestFailure.class)
          .hasMessageContaining("another backup is already running for group vm/100")
          .hasMessageContaining("process " + a.pid());
      try (var parallel = BackupClient.open(toB, other.target(0))) {
        assertThat(site.leases().writers())
            .extracting(Writer::subject)
            .containsExactlyInAnyOrder(
                guest.snapshot(0).toString(), other.snapshot(0).toString());
      }
      session.close();
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(() -> guest.backUp(toB, 1, Guest.Steps.UNWATCHED));
      guest.requireRestorable(toA, 1);
    }
  }

  @Test
  void whatOneReadsOrBuildsOnTheOtherDoesNotRemove() throws Exception {
    var guest = new Guest(110, 2);
    try (var toA = a.login();
        var toB = b.login()) {
      for (int version = 0; version < 3; version++) {
        guest.backUp(toA, version, Guest.Steps.UNWATCHED);
      }
      try (var reader =
          ReaderClient.open(toA, Installation.STORE, Namespace.ROOT, guest.snapshot(0))) {
        requireRefusal(toB, guest.snapshot(0));
        assertThat(reader.manifest().files()).hasSize(1);
      }
      try (var writer = BackupClient.open(toA, guest.target(3))) {
        requireRefusal(toB, guest.snapshot(2));
        requireRefusal(toB, guest.snapshot(3));
        remove(toB, guest.snapshot(1));
        assertThat(writer.previousBackupTime()).hasValue(guest.snapshot(2).time());
      }
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .untilAsserted(() -> remove(toB, guest.snapshot(0)));
      guest.requireRestorable(toA, 2);
    }
  }

  private static void requireRefusal(RestClient rest, SnapshotId snapshot) {
    assertThatThrownBy(() -> remove(rest, snapshot))
        .isInstanceOf(RestFailure.class)
        .hasMessageContaining("locked");
  }

  private static void remove(RestClient rest, SnapshotId snapshot) throws IOException {
    rest.delete(SNAPSHOTS, Parameters.none().with(snapshot));
  }

  @Test
  void bothListTheTasksOfBoth() throws Exception {
    try (var toA = a.login();
        var toB = b.login();
        var one = BackupClient.open(toA, new Guest(120, 1).target(0));
        var two = BackupClient.open(toB, new Guest(121, 1).target(0))) {
      assertThat(one.previousBackupTime()).isEqualTo(two.previousBackupTime());
      for (Replica replica : Set.of(a, b)) {
        assertThat(taskOf(replica, "vm/120")).containsExactly("");
        assertThat(taskOf(replica, "vm/121")).containsExactly("");
      }
    }
    for (Replica replica : Set.of(a, b)) {
      await().atMost(PATIENCE).untilAsserted(() -> {
        assertThat(taskOf(replica, "vm/120")).noneMatch(String::isEmpty).hasSize(1);
        assertThat(taskOf(replica, "vm/121")).noneMatch(String::isEmpty).hasSize(1);
      });
    }
  }

  /** States of the backups of a group. */
  private static Set<String> taskOf(Replica replica, String group) throws IOException {
    var states = new TreeSet<String>();
    String id = group.replace("/", "-"); // as UPIDs have it, which escape the slash
    for (Map.Entry<String, String> task : replica.tasks().entrySet()) {
      String upid = task.getKey().replace("\\x2f", "-");
      if (upid.contains(":backup:") && upid.contains(id)) states.add(task.getValue());
    }
    return states;
  }

  /** The lock that works between hosts excludes by itself, without the one on the directory. */
  @Test
  void theLockOfTheRegularFileAloneExcludes() throws Exception {
    var guest = new Guest(130, 1);
    Path groupLock = site.state().resolve("locks/main/vm/130/group.lck");
    Path snapshotLock = groupLock.resolveSibling(guest.snapshot(0).timeText() + ".lck");
    try (var toA = a.login();
        var elsewhere = OtherProcess.start()) {
      guest.backUp(toA, 0, Guest.Steps.UNWATCHED);
      await().atMost(PATIENCE).until(() -> elsewhere.recordLock(groupLock, false));
      assertThatThrownBy(() -> BackupClient.open(toA, guest.target(1)))
          .hasMessageContaining("another backup is already running for group vm/130");
      elsewhere.release();
      assertThat(elsewhere.recordLock(snapshotLock, true)).isTrue();
      requireRefusal(toA, guest.snapshot(0));
      elsewhere.release();

      try (var session = BackupClient.open(toA, guest.target(1))) {
        assertThat(session.previousBackupTime()).isPresent();
        assertThat(elsewhere.recordLock(groupLock, true)).isFalse();
        assertThat(elsewhere.recordLock(snapshotLock, false)).as("the base").isFalse();
        assertThat(elsewhere.flock(site.store().resolve("vm/130"), false)).isFalse();
      }
    }
  }

  @Test
  void theKilledOnesGroupIsFreeItsTaskIsUnknownAndItsEventsArrive() throws Exception {
    var guest = new Guest(140, 2);
    var other = new Guest(141, 2);
    Replica killed = start("killed");
    try (var rest = killed.login();
        var toA = a.login()) {
      for (int version = 0; version < 3; version++) {
        guest.backUp(rest, version, Guest.Steps.UNWATCHED);
      }
      other.backUp(toA, 0, Guest.Steps.UNWATCHED);
      BackupClient session = BackupClient.open(rest, guest.target(3));
      session.createFixedIndex("drive-scsi0.img.fidx", 8 << 20);
      assertThat(site.outbox("killed")).isEqualTo(3);
      killed.kill();
      session.close();

      guest.backUp(toA, 4, Guest.Steps.UNWATCHED);
      guest.requireRestorable(toA, 4);
      assertThat(taskOf(b, "vm/140")).containsExactlyInAnyOrder("OK", "unknown");
      assertThat(site.leases().writers())
          .extracting(Writer::subject)
          .noneMatch(subject -> subject.startsWith("vm/140"));
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(site.leftovers()).isEmpty());

      Set<SnapshotId> finished = new TreeSet<>(Installation.finished(toA));
      assertThat(finished).contains(guest.snapshot(2), guest.snapshot(4), other.snapshot(0));
      finished.removeIf(
          snapshot -> !Set.of(guest.group(), other.group()).contains(snapshot.group()));
      requireEvents(finished);
    }
  }

  private static void requireEvents(Set<SnapshotId> finished) throws Exception {
    try (var broker = KafkaBroker.start(directory.resolve("kafka"), kafkaPort)) {
      await()
          .atMost(PATIENCE)
          .until(() -> a.eventHealth().path("outbox-entries").asInt() == 0
              && b.eventHealth().path("outbox-entries").asInt() == 0
              && site.outbox("killed") == 0);
      assertThat(Events.finished(broker.bootstrapServers(), finished, PATIENCE))
          .containsAll(Events.names(finished));
      assertThat(Files.exists(site.state().resolve("outbox/killed"))).isFalse();
    }
  }
}
