package io.reprise.cli.up;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.events.EventLog;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.snapshot.SnapshotId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a demonstration's services told Kafka, read back from there. */
final class DemoEvents {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final String FINISHED = "snapshot-finished";

  private DemoEvents() {}

  /** @throws CommandFailed if Kafka does not tell of all these backups */
  static void print(Surroundings at, String bootstrapServers, SnapshotId... snapshots)
      throws CommandFailed {
    Set<String> missing = new HashSet<>();
    for (SnapshotId snapshot : snapshots) missing.add(snapshot.toString());
    var events = new ArrayList<ObjectNode>();
    try (var log = EventLog.open(bootstrapServers, List.of(), true)) {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      List<ObjectNode> some;
      do {
        some = log.poll(POLL);
        events.addAll(some);
        for (ObjectNode event : some) {
          if (event.path("kafkatopic").asText().equals(FINISHED)) {
            missing.remove(event.path("subject").asText());
          }
        }
      } while ((!missing.isEmpty() || !some.isEmpty()) && System.nanoTime() < deadline);
    }
    if (!missing.isEmpty()) {
      throw new CommandFailed("no event " + FINISHED + " came for " + missing);
    }
    at.out().println();
    at.out().println("Events, as read back from Kafka:");
    events.sort(Comparator.comparing(event -> event.path("time").asText()));
    for (ObjectNode event : events) at.out().println("  " + EventLog.line(event));
  }
}
