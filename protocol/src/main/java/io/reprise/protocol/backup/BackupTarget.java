package io.reprise.protocol.backup;

import io.reprise.datastore.snapshot.Namespace;
import io.reprise.datastore.snapshot.SnapshotId;

/** The snapshot that a session makes. */
public record BackupTarget(String store, Namespace namespace, SnapshotId snapshot) {}
