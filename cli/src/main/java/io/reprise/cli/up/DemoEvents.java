package io.reprise.cli.up;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.events.EventLog;
import io.reprise.cli.terminal.Surroundings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a demonstration's services told Kafka, read back from there; each event is shown once. */
final class DemoEvents {
  private static final List<String> TOPICS =
      List.of("snapshot-finished", "snapshot-removed", "snapshot-purged", "chunk-orphaned");

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(500);

  private final Surroundings at;
  private final String bootstrapServers;
  private final Set<String> shown = new HashSet<>();

  DemoEvents(Surroundings at, String bootstrapServers) {
    this.at = at;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Prints what is new, once the topic has an event of each subject.
   *
   * @throws CommandFailed if it does not get them
   */
  void print(String topic, Object... subjects) throws CommandFailed {
    Set<String> missing = new HashSet<>();
    for (Object subject : subjects) missing.add(subject.toString());
    var events = new ArrayList<ObjectNode>();
    try (var log = EventLog.open(bootstrapServers, TOPICS, true)) {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      List<ObjectNode> some;
      do {
        some = log.poll(POLL);
        for (ObjectNode event : some) {
          if (shown.add(event.path("id").asText())) events.add(event);
          if (event.path("kafkatopic").asText().equals(topic)) {
            missing.remove(event.path("subject").asText());
          }
        }
      } while ((!missing.isEmpty() || !some.isEmpty()) && System.nanoTime() < deadline);
    }
    if (!missing.isEmpty()) {
      throw new CommandFailed("no event " + topic + " came for " + missing);
    }
    if (events.isEmpty()) return;
    at.out().println();
    at.out().println("Events, as read back from Kafka:");
    events.sort(Comparator.comparing(event -> event.path("time").asText()));
    for (ObjectNode event : events) at.out().println("  " + EventLog.line(shortened(event)));
    at.out().flush();
  }

  /** A thousand digests are too many to look at. */
  private static ObjectNode shortened(ObjectNode event) {
    int digests = event.path("data").path("digests").size();
    if (digests > 1 && event.get("data") instanceof ObjectNode data) {
      String first = data.path("digests").path(0).asText();
      data.putArray("digests").add(first).add("… " + (digests - 1) + " more");
    }
    return event;
  }
}
