package io.reprise.cli.fault;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.cli.events.EventLog;
import io.reprise.datastore.SnapshotId;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Events as a consumer sees them. */
final class Events {
  private static final Duration POLL = Duration.ofMillis(500);

  private Events() {}

  /** Snapshots that were announced as finished, some perhaps more than once: reads until all wanted ones are there. */
  static Set<String> finished(String brokers, Set<SnapshotId> wanted, Duration patience)
      throws Exception {
    var missing = new HashSet<String>();
    wanted.forEach(snapshot -> missing.add(snapshot.toString()));
    var seen = new HashSet<String>();
    long deadline = System.nanoTime() + patience.toNanos();
    try (var log = EventLog.open(brokers, List.of("snapshot-finished"), true)) {
      while (!missing.isEmpty() && System.nanoTime() < deadline) {
        for (ObjectNode event : log.poll(POLL)) {
          String subject = event.path("subject").asText();
          seen.add(subject);
          missing.remove(subject);
        }
      }
    }
    return seen;
  }

  static Set<String> names(Set<SnapshotId> snapshots) {
    var names = new HashSet<String>();
    snapshots.forEach(snapshot -> names.add(snapshot.toString()));
    return names;
  }
}
