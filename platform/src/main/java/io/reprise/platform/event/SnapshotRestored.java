package io.reprise.platform.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.snapshot.Namespace;
import io.reprise.datastore.snapshot.SnapshotId;

/**
 * A removed snapshot was moved back to its group.
 *
 * @param by who did it
 */
public record SnapshotRestored(String store, Namespace namespace, SnapshotId snapshot, AuthId by)
    implements EventData {
  @Override
  public Topic topic() {
    return Topic.SNAPSHOT_RESTORED;
  }

  @Override
  public String subject() {
    return EventData.subject(namespace, snapshot);
  }

  @Override
  public String key() {
    return EventData.key(store, namespace, snapshot);
  }

  @Override
  public ObjectNode toJson() {
    return EventData.place(store, namespace, snapshot).put("by", by.toString());
  }
}
