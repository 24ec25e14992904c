package io.reprise.datastore.snapshot;

import io.reprise.datastore.BackupType;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.lock.LockBusy;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Removing snapshots, groups and namespaces (datastore.md §11.2): the locks, the order, what must be left. */
final class Removal {
  private final StorePaths paths;
  private final StoreLocks locks;
  private final Listing listing;
  private final RemovedSnapshots removed;

  Removal(StorePaths paths, StoreLocks locks, Listing listing, RemovedSnapshots removed) {
    this.paths = paths;
    this.locks = locks;
    this.listing = listing;
    this.removed = removed;
  }

  void snapshot(Namespace namespace, SnapshotId snapshot, String who) throws IOException {
    String holder = "removal of " + snapshot + " by " + who;
    var lock = locks.snapshot(namespace, snapshot, holder);
    boolean moved = false;
    try (var alone = locks.holdOffCollection(snapshot.toString())) {
      if (Protection.isSet(paths.snapshot(namespace, snapshot))) {
        throw new RemovalRefused(
            "cannot remove protected snapshot " + snapshot + ": take its protection away first");
      }
      var manifest = locks.manifest(namespace, snapshot, holder);
      try {
        removed.move(namespace, snapshot, who);
        moved = true;
      } finally {
        if (moved) manifest.closeRemoved();
        else manifest.close();
      }
    } finally {
      if (moved) lock.closeRemoved();
      else lock.close();
    }
  }

  /** @return false if protected snapshots are left */
  boolean group(Namespace namespace, GroupId group, String who) throws IOException {
    var lock = locks.group(namespace, group, "removal of group " + group + " by " + who);
    boolean gone = false;
    try {
      boolean left = false;
      for (SnapshotId snapshot : listing.snapshots(namespace, group)) {
        if (Protection.isSet(paths.snapshot(namespace, snapshot))) left = true;
        else snapshot(namespace, snapshot, who);
      }
      if (left) return false;
      GroupFiles.delete(paths.group(namespace, group));
      gone = true;
      return true;
    } finally {
      if (gone) lock.closeRemoved();
      else lock.close();
    }
  }

  /** @return false if something is left */
  boolean namespace(Namespace namespace, boolean withGroups, String who) throws IOException {
    if (namespace.isRoot()) throw new RemovalRefused("the root namespace cannot be removed");
    if (!Files.isDirectory(namespace.below(paths.base()))) return true;
    boolean all = true;
    for (Namespace each : listing.namespaces(namespace, Namespace.MAX_DEPTH).reversed()) {
      if (withGroups) all &= groups(each, who);
      all &= directories(each);
    }
    return all;
  }

  private boolean groups(Namespace namespace, String who) throws IOException {
    boolean all = true;
    for (GroupId group : listing.groups(namespace)) {
      try {
        all &= group(namespace, group, who);
      } catch (NoSuchFileException removedMeanwhile) {
        // all the same
      } catch (LockBusy inUse) {
        all = false;
      }
    }
    return all;
  }

  /** A backup that begins meanwhile finds its namespace gone, or keeps it by the directory that it made. */
  private boolean directories(Namespace namespace) throws IOException {
    Path directory = namespace.below(paths.base());
    try {
      for (BackupType type : BackupType.values()) {
        Files.deleteIfExists(paths.type(namespace, type));
      }
      Files.deleteIfExists(directory.resolve("ns"));
      Files.deleteIfExists(directory);
      return true;
    } catch (DirectoryNotEmptyException left) {
      return false;
    }
  }
}
