package io.reprise.ingest.store;

import static io.reprise.ingest.rest.Endpoint.delete;
import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.ingest.store.StoreParams.ID;
import static io.reprise.ingest.store.StoreParams.NS;
import static io.reprise.ingest.store.StoreParams.STORE;
import static io.reprise.ingest.store.StoreParams.TIME;
import static io.reprise.ingest.store.StoreParams.TYPE;
import static io.reprise.ingest.store.StoreParams.group;
import static io.reprise.ingest.store.StoreParams.namespace;
import static io.reprise.ingest.store.StoreParams.snapshot;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.BackupType;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists of groups, snapshots and files, and their removal (protocol.md §5.2). */
@ApplicationScoped
class SnapshotEndpoints implements EndpointGroup {
  private final Stores stores;
  private final Removals removals;

  SnapshotEndpoints(Stores stores, Removals removals) {
    this.stores = stores;
    this.removals = removals;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        get("/admin/datastore/{store}/groups", "Backup groups of a namespace")
            .takes(STORE, NS)
            .answers(this::groups),
        delete("/admin/datastore/{store}/groups", "Forget all snapshots of a group")
            .takes(STORE, NS, TYPE, ID)
            .answers(this::removeGroup),
        get("/admin/datastore/{store}/snapshots", "Snapshots of a namespace or group")
            .takes(STORE, NS, TYPE.orNothing(), ID.orNothing())
            .answers(this::snapshots),
        delete("/admin/datastore/{store}/snapshots", "Forget a snapshot")
            .takes(STORE, NS, TYPE, ID, TIME)
            .answers(this::removeSnapshot),
        get("/admin/datastore/{store}/files", "Files of a snapshot")
            .takes(STORE, NS, TYPE, ID, TIME)
            .answers(this::files));
  }

  private Answer groups(Call call) {
    var granted = GroupAccess.LIST.of(call.caller(), call.get(STORE), namespace(call));
    return Answer.rows(out -> {
      try (var use = stores.use(call.get(STORE), Operation.READ)) {
        Datastore datastore = use.datastore();
        Namespace namespace = existing(datastore, namespace(call));
        for (GroupId group : datastore.groups(namespace)) {
          AuthId owner = GroupAccess.ownerIfAny(datastore, namespace, group);
          if (owner == null || !granted.covers(owner)) continue;
          ObjectNode item = SnapshotItems.group(datastore, namespace, group, owner);
          if (item != null) out.row(item);
        }
      }
    });
  }

  private Answer snapshots(Call call) {
    var granted = GroupAccess.LIST.of(call.caller(), call.get(STORE), namespace(call));
    BackupType type = call.find(TYPE);
    String id = call.find(ID);
    return Answer.rows(out -> {
      try (var use = stores.use(call.get(STORE), Operation.READ)) {
        Datastore datastore = use.datastore();
        Namespace namespace = existing(datastore, namespace(call));
        for (GroupId group : wanted(datastore, namespace, type, id)) {
          AuthId owner = GroupAccess.ownerIfAny(datastore, namespace, group);
          if (owner == null || !granted.covers(owner)) continue;
          for (SnapshotId snapshot : datastore.snapshots(namespace, group)) {
            try {
              out.row(SnapshotItems.snapshot(datastore, namespace, snapshot, owner));
            } catch (NoSuchFileException removedMeanwhile) {
              continue;
            }
          }
        }
      }
    });
  }

  private static List<GroupId> wanted(
      Datastore datastore, Namespace namespace, @Nullable BackupType type, @Nullable String id)
      throws IOException {
    if (type != null && id != null) {
      var group = new GroupId(type, id);
      return datastore.exists(namespace, group) ? List.of(group) : List.of();
    }
    return datastore.groups(namespace).stream()
        .filter(group ->
            (type == null || group.type() == type) && (id == null || group.id().equals(id)))
        .toList();
  }

  private Answer files(Call call) throws IOException {
    var granted = GroupAccess.LIST_FILES.of(call.caller(), call.get(STORE), namespace(call));
    try (var use = stores.use(call.get(STORE), Operation.READ)) {
      Datastore datastore = use.datastore();
      SnapshotId snapshot = existing(datastore, namespace(call), snapshot(call));
      granted.check(datastore, namespace(call), snapshot.group());
      return Answer.of(SnapshotItems.files(datastore, namespace(call), snapshot));
    }
  }

  private Answer removeSnapshot(Call call) throws IOException {
    var granted = GroupAccess.REMOVE.of(call.caller(), call.get(STORE), namespace(call));
    try (var use = stores.use(call.get(STORE), Operation.WRITE)) {
      Datastore datastore = use.datastore();
      SnapshotId snapshot = existing(datastore, namespace(call), snapshot(call));
      granted.check(datastore, namespace(call), snapshot.group());
      removals.removeSnapshot(
          datastore, namespace(call), snapshot, call.caller().id());
      return Answer.NOTHING;
    }
  }

  private Answer removeGroup(Call call) throws IOException {
    var granted = GroupAccess.REMOVE.of(call.caller(), call.get(STORE), namespace(call));
    try (var use = stores.use(call.get(STORE), Operation.WRITE)) {
      Datastore datastore = use.datastore();
      GroupId group = existing(datastore, namespace(call), group(call));
      granted.check(datastore, namespace(call), group);
      if (!removals.removeGroup(datastore, namespace(call), group, call.caller().id())) {
        throw ApiError.badRequest(
            "group " + group + " still has protected snapshots: take their protection away first");
      }
      return Answer.NOTHING;
    }
  }

  /** @throws ApiError 400 if there is no such namespace */
  static Namespace existing(Datastore datastore, Namespace namespace) throws IOException {
    if (!datastore.exists(namespace)) {
      throw ApiError.badRequest(
          "namespace '" + namespace + "' does not exist in datastore " + datastore.name());
    }
    return namespace;
  }

  /** @throws ApiError 400 if there is no such group */
  static GroupId existing(Datastore datastore, Namespace namespace, GroupId group) {
    if (!datastore.exists(namespace, group)) {
      throw ApiError.badRequest(
          "group " + group + " does not exist in datastore " + datastore.name());
    }
    return group;
  }

  /** @throws ApiError 400 if there is no such snapshot */
  static SnapshotId existing(Datastore datastore, Namespace namespace, SnapshotId snapshot)
      throws IOException {
    if (!datastore.exists(namespace, snapshot)) {
      throw ApiError.badRequest(
          "snapshot " + snapshot + " does not exist in datastore " + datastore.name());
    }
    return snapshot;
  }
}
