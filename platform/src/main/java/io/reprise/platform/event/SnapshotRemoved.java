package io.reprise.platform.event;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;

/**
 * A snapshot was moved to {@code reprise-removed/}.
 *
 * @param by who forgot or pruned it
 */
public record SnapshotRemoved(String store, Namespace namespace, SnapshotId snapshot, AuthId by)
    implements SnapshotEventData {
  @Override
  public Topic topic() {
    return Topic.SNAPSHOT_REMOVED;
  }
}
