package io.reprise.platform.event;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;

/**
 * The undelete window of a removed snapshot is over: its index files are unlinked.
 *
 * @param by who had removed it
 */
public record SnapshotPurged(String store, Namespace namespace, SnapshotId snapshot, AuthId by)
    implements SnapshotEventData {
  @Override
  public Topic topic() {
    return Topic.SNAPSHOT_PURGED;
  }
}
