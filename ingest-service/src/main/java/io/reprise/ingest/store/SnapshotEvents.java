package io.reprise.ingest.store;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;

/** Tells the other services what happened to snapshots. Never fails a call: who was not told finds out by looking. */
public interface SnapshotEvents {
  /**
   * A backup is about to stand: everything of it is on the disk but the name of its manifest. Called from within
   * {@code NewSnapshot.finish}, after the flush and before the rename; the event goes out once the manifest stands, and
   * never if the session ends without one. Not for benchmarks, which never stand. On the disk when this returns.
   */
  void finishing(FinishedBackup backup);

  /** The snapshot was moved to {@code reprise-removed/}. */
  void removed(String store, Namespace namespace, SnapshotId snapshot, AuthId who);
}
