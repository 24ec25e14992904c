package io.reprise.protocol.backup;

import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;

/** The snapshot that a session makes. */
public record BackupTarget(String store, Namespace namespace, SnapshotId snapshot) {}
