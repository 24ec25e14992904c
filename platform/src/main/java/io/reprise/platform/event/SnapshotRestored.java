package io.reprise.platform.event;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;

/**
 * A removed snapshot was moved back to its group.
 *
 * @param by who did it
 */
public record SnapshotRestored(String store, Namespace namespace, SnapshotId snapshot, AuthId by)
    implements SnapshotEventData {
  @Override
  public Topic topic() {
    return Topic.SNAPSHOT_RESTORED;
  }
}
