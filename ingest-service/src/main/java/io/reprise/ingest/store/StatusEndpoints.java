package io.reprise.ingest.store;

import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.ingest.store.StoreParams.STORE;
import static io.reprise.platform.access.Privilege.DATASTORE_AUDIT;
import static io.reprise.platform.access.Privilege.DATASTORE_BACKUP;
import static io.reprise.platform.access.Privilege.DATASTORE_MODIFY;
import static io.reprise.platform.access.Privilege.DATASTORE_PRUNE;
import static io.reprise.platform.access.Privilege.DATASTORE_READ;
import static io.reprise.platform.access.Privilege.DATASTORE_VERIFY;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.BackupType;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.json.Json;
import io.reprise.datastore.os.FileSystemSpace;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Caller;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.HistoryParams;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Rule;
import io.reprise.ingest.rest.Type;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Space, counters and what goes on in a datastore (protocol.md §5.2). */
@ApplicationScoped
class StatusEndpoints implements EndpointGroup {
  private static final Param<Boolean> VERBOSE = Param.of("verbose", Type.FLAG).orNothing();

  private final Stores stores;
  private final GcStatus gcStatus;

  StatusEndpoints(Stores stores, GcStatus gcStatus) {
    this.stores = stores;
    this.gcStatus = gcStatus;
  }

  @Override
  public List<Endpoint> endpoints() {
    Rule audit = Rule.on("/datastore/{store}", DATASTORE_AUDIT);
    return List.of(
        get("/admin/datastore/{store}/status", "Space, and with verbose the number of snapshots")
            .takes(STORE, VERBOSE)
            .answers(this::status),
        get("/admin/datastore/{store}/rrd", "History of space and I/O")
            .takes(STORE, HistoryParams.TIMEFRAME, HistoryParams.CONSOLIDATION)
            .needs(Rule.on("/datastore/{store}", DATASTORE_AUDIT, DATASTORE_BACKUP))
            .answers(this::rrd),
        get("/admin/datastore/{store}/active-operations", "Running readers and writers")
            .takes(STORE)
            .needs(audit)
            .answers(this::activeOperations),
        get("/admin/datastore/{store}/gc", "Result of the last garbage collection")
            .takes(STORE)
            .needs(audit)
            .answers(call -> Answer.of(gcStatus.ofJob(call.get(STORE)))));
  }

  private Answer status(Call call) throws IOException {
    String store = call.get(STORE);
    Caller caller = call.caller();
    boolean full = caller.mayAny("/datastore/" + store, DATASTORE_AUDIT, DATASTORE_BACKUP);
    if (!full && !stores.isConfigured(store)) throw forbidden(store); // as a store it must not see
    try (var use = stores.use(store, Operation.READ)) {
      if (!full && !hasAnything(caller, use.datastore())) throw forbidden(store);
      ObjectNode status = Json.object();
      if (full) {
        FileSystemSpace space = use.datastore().space();
        status.put("total", space.totalBytes());
        status.put("used", space.usedBytes());
        status.put("avail", space.availableBytes());
      } else {
        status.put("total", 0).put("used", 0).put("avail", 0);
      }
      if (call.get(VERBOSE, false)) {
        status.set("counts", counts(caller, use.datastore()));
        if (full) status.set("gc-status", GcStatus.of(use.datastore()));
      }
      return Answer.of(status);
    }
  }

  private static ApiError forbidden(String store) {
    return new ApiError(
        403,
        "permission check failed: needs " + DATASTORE_AUDIT + " or " + DATASTORE_BACKUP
            + " on /datastore/" + store);
  }

  /** Read on the store, or any privilege in a namespace below it, is enough to see zeros. */
  static boolean hasAnything(Caller caller, Datastore datastore) throws IOException {
    for (Namespace namespace : datastore.namespaces(Namespace.ROOT, Namespace.MAX_DEPTH)) {
      if (caller.mayAny(
          GroupAccess.aclPath(datastore.name(), namespace),
          DATASTORE_AUDIT,
          DATASTORE_MODIFY,
          DATASTORE_READ,
          DATASTORE_VERIFY,
          DATASTORE_BACKUP,
          DATASTORE_PRUNE)) {
        return true;
      }
    }
    return false;
  }

  /** Groups and snapshots that the caller may list, in all namespaces; null for a type without any. */
  private static ObjectNode counts(Caller caller, Datastore datastore) throws IOException {
    record Count(long groups, long snapshots) {}
    Map<BackupType, Count> counts = new EnumMap<>(BackupType.class);
    for (Namespace namespace : datastore.namespaces(Namespace.ROOT, Namespace.MAX_DEPTH)) {
      var granted = GroupAccess.LIST.find(caller, datastore.name(), namespace);
      if (granted == null) continue;
      for (GroupId group : datastore.groups(namespace)) {
        int snapshots = datastore.snapshots(namespace, group).size();
        if (snapshots == 0) continue;
        if (!granted.everyGroup()
            && !granted.covers(GroupAccess.owner(datastore, namespace, group))) continue;
        counts.merge(
            group.type(),
            new Count(1, snapshots),
            (a, b) -> new Count(a.groups + b.groups, a.snapshots + b.snapshots));
      }
    }
    ObjectNode json = Json.object();
    for (BackupType type : BackupType.values()) {
      Count count = counts.get(type);
      if (count == null) json.putNull(type.toString());
      else {
        json.putObject(type.toString())
            .put("groups", count.groups)
            .put("snapshots", count.snapshots);
      }
    }
    return json.putNull("other");
  }

  private Answer activeOperations(Call call) throws IOException {
    String store = call.get(STORE);
    stores.use(store, Operation.LOOKUP).close();
    return Answer.of(Json.object()
        .put("read", stores.active(store, Operation.READ))
        .put("write", stores.active(store, Operation.WRITE)));
  }

  private Answer rrd(Call call) throws IOException {
    stores.use(call.get(STORE), Operation.READ).close();
    return Answer.of(HistoryParams.points(call));
  }
}
