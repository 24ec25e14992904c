package io.reprise.ingest.store;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.snapshot.Datastore;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Forgets snapshots, groups and namespaces, and announces each snapshot that went ({@code snapshot-removed}). */
@ApplicationScoped
class Removals {
  private final SnapshotEvents events;

  Removals(SnapshotEvents events) {
    this.events = events;
  }

  void removeSnapshot(Datastore datastore, Namespace namespace, SnapshotId snapshot, AuthId who)
      throws IOException {
    datastore.removeSnapshot(namespace, snapshot, who.toString());
    events.removed(datastore.name(), namespace, snapshot, who);
  }

  /** @return false if protected snapshots are left */
  boolean removeGroup(Datastore datastore, Namespace namespace, GroupId group, AuthId who)
      throws IOException {
    var before = datastore.snapshots(namespace, group);
    try {
      return datastore.removeGroup(namespace, group, who.toString());
    } finally {
      announceMissing(datastore, namespace, before, who);
    }
  }

  /** @return false if protected snapshots, or without {@code withGroups} any groups, are left */
  boolean removeNamespace(Datastore datastore, Namespace namespace, boolean withGroups, AuthId who)
      throws IOException {
    record Listed(Namespace namespace, List<SnapshotId> snapshots) {}
    var before = new ArrayList<Listed>();
    if (withGroups) {
      for (Namespace below : datastore.namespaces(namespace, Namespace.MAX_DEPTH)) {
        for (GroupId group : datastore.groups(below)) {
          before.add(new Listed(below, datastore.snapshots(below, group)));
        }
      }
    }
    try {
      return datastore.removeNamespace(namespace, withGroups, who.toString());
    } finally {
      for (Listed listed : before) {
        announceMissing(datastore, listed.namespace, listed.snapshots, who);
      }
    }
  }

  private void announceMissing(
      Datastore datastore, Namespace namespace, List<SnapshotId> before, AuthId who)
      throws IOException {
    for (SnapshotId snapshot : before) {
      if (!datastore.exists(namespace, snapshot)) {
        events.removed(datastore.name(), namespace, snapshot, who);
      }
    }
  }
}
