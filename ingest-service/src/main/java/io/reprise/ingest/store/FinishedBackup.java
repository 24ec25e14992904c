package io.reprise.ingest.store;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.datastore.manifest.UploadStatistics;
import io.reprise.platform.task.Upid;
import java.time.Duration;

/**
 * What is told of a backup that ends well.
 *
 * @param manifest as it will stand
 * @param owner of the group
 * @param who made the backup
 * @param duration since the session began
 */
public record FinishedBackup(
    String store,
    Namespace namespace,
    SnapshotId snapshot,
    Manifest manifest,
    UploadStatistics statistics,
    AuthId owner,
    AuthId who,
    Upid task,
    Duration duration) {}
