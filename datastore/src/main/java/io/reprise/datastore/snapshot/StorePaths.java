package io.reprise.datastore.snapshot;

import io.reprise.datastore.BackupType;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.os.FileStatus;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Where the parts of one datastore lie (datastore.md §1.1, §1.6). Names are checked types, so none leads outside.
 *
 * @param base the datastore's directory
 * @param locks second copies of its locks: the same tree as below the base
 * @param manifestLocks PBS's manifest locks: again the same tree
 */
record StorePaths(Path base, Path locks, Path manifestLocks) {
  static StorePaths of(DatastoreConfig config, DatastoreLayout layout) {
    return new StorePaths(
        config.path(), layout.locks(config.name()), layout.manifestLocks(config.name()));
  }

  Path type(Namespace namespace, BackupType type) {
    return namespace.below(base).resolve(type.toString());
  }

  Path group(Namespace namespace, GroupId group) {
    return group(base, namespace, group);
  }

  Path groupLock(Namespace namespace, GroupId group) {
    return group(locks, namespace, group).resolve("group.lck");
  }

  Path snapshot(Namespace namespace, SnapshotId snapshot) {
    return group(namespace, snapshot.group()).resolve(snapshot.timeText());
  }

  Path snapshotLock(Namespace namespace, SnapshotId snapshot) {
    return group(locks, namespace, snapshot.group()).resolve(snapshot.timeText() + ".lck");
  }

  Path manifest(Namespace namespace, SnapshotId snapshot) {
    return snapshot(namespace, snapshot).resolve(ArchiveName.MANIFEST.text());
  }

  /** @throws IOException if it cannot be told, which is not the same as no */
  boolean isFinished(Namespace namespace, SnapshotId snapshot) throws IOException {
    FileStatus manifest = FileStatus.find(manifest(namespace, snapshot));
    return manifest != null && manifest.isRegular();
  }

  Path manifestLock(Namespace namespace, SnapshotId snapshot) {
    return group(locks, namespace, snapshot.group())
        .resolve(snapshot.timeText() + ".index.json.lck");
  }

  Path manifestRunLock(Namespace namespace, SnapshotId snapshot) {
    return group(manifestLocks, namespace, snapshot.group())
        .resolve(snapshot.timeText() + ".index.json.lck");
  }

  private static Path group(Path root, Namespace namespace, GroupId group) {
    return namespace.below(root).resolve(group.type().toString()).resolve(group.id());
  }

  /** {@code [ns/a/…/]type/id/time}: names the snapshot in leases and records. */
  String relative(Namespace namespace, SnapshotId snapshot) {
    return base.relativize(snapshot(namespace, snapshot)).toString();
  }
}
