package io.reprise.datastore.snapshot;

import io.reprise.datastore.BackupType;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.manifest.ArchiveName;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is in a datastore, as its directories say (datastore.md §1.3). What does not match its pattern is not there. */
final class Listing {
  private final StorePaths paths;

  Listing(StorePaths paths) {
    this.paths = paths;
  }

  List<Namespace> namespaces(Namespace start, int maxDepth) throws IOException {
    var found = new ArrayList<Namespace>();
    addNamespaces(start, Math.min(maxDepth, Namespace.MAX_DEPTH - start.depth()), found);
    return found;
  }

  private void addNamespaces(Namespace namespace, int depth, List<Namespace> found)
      throws IOException {
    found.add(namespace);
    if (depth <= 0) return;
    for (String name : directories(namespace.below(paths.base()).resolve("ns"))) {
      if (namespace.canHold(name)) addNamespaces(namespace.child(name), depth - 1, found);
    }
  }

  List<GroupId> groups(Namespace namespace) throws IOException {
    var groups = new ArrayList<GroupId>();
    for (BackupType type : BackupType.values()) {
      for (String id : directories(paths.type(namespace, type))) {
        if (SafeId.matches(id)) groups.add(new GroupId(type, id));
      }
    }
    Collections.sort(groups);
    return groups;
  }

  List<SnapshotId> snapshots(Namespace namespace, GroupId group) throws IOException {
    var snapshots = new ArrayList<SnapshotId>();
    for (String name : directories(paths.group(namespace, group))) {
      SnapshotId snapshot = snapshot(group, name);
      if (snapshot != null) snapshots.add(snapshot);
    }
    Collections.sort(snapshots);
    return snapshots;
  }

  /** Null also for a name like 2024-02-31…: it reads as a time, but the time does not give the name again. */
  private static @Nullable SnapshotId snapshot(GroupId group, String name) {
    if (!SnapshotId.isTime(name)) return null;
    try {
      var snapshot = new SnapshotId(group, SnapshotId.parseTime(name));
      return snapshot.timeText().equals(name) ? snapshot : null;
    } catch (IllegalArgumentException noTime) {
      return null;
    }
  }

  @Nullable
  SnapshotId lastFinished(Namespace namespace, GroupId group) throws IOException {
    for (SnapshotId snapshot : snapshots(namespace, group).reversed()) {
      if (paths.isFinished(namespace, snapshot)) return snapshot;
    }
    return null;
  }

  List<ArchiveName> files(Path directory) throws IOException {
    var files = new ArrayList<ArchiveName>();
    try (var entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (ArchiveName.isArchive(name) && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
          files.add(new ArchiveName(name));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    Collections.sort(files);
    return files;
  }

  /** Names in byte order; none if the directory is missing. */
  private static List<String> directories(Path parent) throws IOException {
    var names = new ArrayList<String>();
    try (var entries = Files.newDirectoryStream(
        parent, entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))) {
      for (Path entry : entries) names.add(entry.getFileName().toString());
    } catch (NoSuchFileException | NotDirectoryException none) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    Collections.sort(names);
    return names;
  }
}
