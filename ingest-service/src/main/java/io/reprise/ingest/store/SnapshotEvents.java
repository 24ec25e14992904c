package io.reprise.ingest.store;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.snapshot.Namespace;
import io.reprise.datastore.snapshot.SnapshotId;

/** Tells the other services what happened to snapshots. Never fails a call: who was not told finds out by looking. */
public interface SnapshotEvents {
  /** The snapshot was moved to {@code reprise-removed/}. */
  void removed(String store, Namespace namespace, SnapshotId snapshot, AuthId who);
}
