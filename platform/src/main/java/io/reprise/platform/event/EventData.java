package io.reprise.platform.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.snapshot.Namespace;
import io.reprise.datastore.snapshot.SnapshotId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an event carries; each record is one schema of docs/asyncapi.yaml. */
public sealed interface EventData
    permits SnapshotEventData, ChunkOrphaned, ChunkCorrupt, TaskProgressed, JobRequested {
  Topic topic();

  /** What happened to whom, within the source. */
  String subject();

  /** Kafka's key, by the topic's rule. */
  String key();

  /** The datastore it is about, null if about none. */
  @Nullable
  String store();

  ObjectNode toJson();

  /** Names the event for good; asked once. */
  default UUID id() {
    return UUID.randomUUID();
  }

  /** {@code [ns/a/…/]type/id/time}: the snapshot's path in its datastore. */
  static String subject(Namespace namespace, SnapshotId snapshot) {
    var path = new StringBuilder();
    namespace
        .components()
        .forEach(component -> path.append("ns/").append(component).append('/'));
    return path.append(snapshot).toString();
  }
}
