package io.reprise.platform.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an event carries; each record is one schema of docs/asyncapi.yaml. */
public sealed interface EventData
    permits SnapshotEventData,
        ChunkOrphaned,
        ChunkCorrupt,
        TaskProgressed,
        JobRequested,
        GuestSpace {
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
    return below(namespace) + snapshot;
  }

  /** {@code [ns/a/…/]type/id}: the group's path in its datastore. */
  static String subject(Namespace namespace, GroupId group) {
    return below(namespace) + group;
  }

  private static String below(Namespace namespace) {
    var path = new StringBuilder();
    for (String component : namespace.components())
      path.append("ns/").append(component).append('/');
    return path.toString();
  }

  /** {@code store/[namespace/]type/id} */
  static String key(String store, Namespace namespace, GroupId group) {
    return store + "/" + (namespace.isRoot() ? "" : namespace + "/") + group;
  }
}
