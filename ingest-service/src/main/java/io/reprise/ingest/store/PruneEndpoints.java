package io.reprise.ingest.store;

import static io.reprise.ingest.rest.Endpoint.post;
import static io.reprise.ingest.store.SnapshotEndpoints.existing;
import static io.reprise.ingest.store.StoreParams.ID;
import static io.reprise.ingest.store.StoreParams.MAX_DEPTH;
import static io.reprise.ingest.store.StoreParams.NS;
import static io.reprise.ingest.store.StoreParams.STORE;
import static io.reprise.ingest.store.StoreParams.TYPE;
import static io.reprise.ingest.store.StoreParams.group;
import static io.reprise.ingest.store.StoreParams.namespace;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.json.Json;
import io.reprise.datastore.prune.KeepOptions;
import io.reprise.datastore.prune.KeepRule;
import io.reprise.datastore.prune.Verdict;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Caller;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Type;
import io.reprise.platform.prune.Pruning;
import io.reprise.platform.task.Task;
import io.reprise.platform.task.Tasks;
import io.reprise.platform.task.Upid;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Pruning on demand: one group inside the request, or a whole datastore as a task (protocol.md §5.2). */
@ApplicationScoped
class PruneEndpoints implements EndpointGroup {
  private static final String TASK = "prune";
  private static final Param<Boolean> DRY_RUN = Param.of("dry-run", Type.FLAG).orNothing();
  /** Ours: adds which option keeps a snapshot, or what else becomes of it. */
  private static final Param<Boolean> EXPLAIN = Param.of("explain", Type.FLAG).orNothing();

  private static final Param<Boolean> USE_TASK = Param.of("use-task", Type.FLAG).orNothing();

  private final Stores stores;
  private final Pruning pruning;
  private final Tasks tasks;

  PruneEndpoints(Stores stores, Removals removals, Tasks tasks) {
    this.stores = stores;
    pruning = new Pruning(removals::removeSnapshot);
    this.tasks = tasks;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        post("/admin/datastore/{store}/prune", "Forget what the rule does not keep of a group")
            .takes(withKeeps(STORE, NS, TYPE, ID, DRY_RUN, EXPLAIN, USE_TASK))
            .answers(this::pruneGroup),
        post("/admin/datastore/{store}/prune-datastore", "Prune all groups, as a task")
            .takes(withKeeps(STORE, NS, MAX_DEPTH, DRY_RUN))
            .answers(this::pruneDatastore));
  }

  private static Param<?>[] withKeeps(Param<?>... params) {
    var all = new ArrayList<Param<?>>(List.of(params));
    all.addAll(KeepParams.ALL);
    return all.toArray(Param[]::new);
  }

  private Answer pruneGroup(Call call) throws IOException {
    var granted = GroupAccess.REMOVE.of(call.caller(), call.get(STORE), namespace(call));
    Namespace namespace = namespace(call);
    KeepOptions keep = KeepParams.options(call);
    AuthId who = call.caller().id();
    try (var use = stores.use(call.get(STORE), Operation.WRITE)) {
      Datastore datastore = use.datastore();
      GroupId group = existing(datastore, namespace, group(call));
      granted.check(datastore, namespace, group);
      List<Verdict> plan = Pruning.plan(datastore, namespace, group, keep);
      if (call.get(DRY_RUN, false)) return answer(call, group, plan, true);
      String id = call.get(STORE) + ":" + namespace + ":" + group;
      if (call.get(USE_TASK, false)) {
        return spawn(
            call, id, (task, in) -> pruning.group(task, in, namespace, group, keep, plan, who));
      }
      Tasks.run(
          tasks.start(TASK, id, who),
          task -> pruning.group(task, datastore, namespace, group, keep, plan, who));
      return answer(call, group, plan, false);
    }
  }

  private interface Work {
    void run(Task task, Datastore datastore) throws IOException;
  }

  /** The datastore is in use from now on, so that it is not closed or taken out of service before the task ends. */
  private Answer spawn(Call call, String id, Work work) throws IOException {
    Stores.Use use = stores.use(call.get(STORE), Operation.WRITE);
    boolean started = false;
    try {
      Upid upid = tasks.spawn(TASK, id, call.caller().id(), task -> {
        try (use) {
          work.run(task, use.datastore());
        }
      });
      started = true;
      return Answer.of(upid.toString());
    } finally {
      if (!started) use.close();
    }
  }

  /** @param withNamespace as PBS does only in a dry run */
  private static Answer answer(
      Call call, GroupId group, List<Verdict> plan, boolean withNamespace) {
    Namespace namespace = namespace(call);
    ArrayNode marks = Json.object().arrayNode();
    for (Verdict verdict : plan) {
      ObjectNode mark = marks
          .addObject()
          .put("backup-type", group.type().toString())
          .put("backup-id", group.id())
          .put("backup-time", verdict.snapshot().time())
          .put("keep", verdict.mark().keeps())
          .put("protected", verdict.snapshot().locked());
      if (withNamespace && !namespace.isRoot()) mark.put("ns", namespace.toString());
      if (call.get(EXPLAIN, false)) mark.put("reason", reason(verdict));
    }
    return Answer.of(marks);
  }

  private static String reason(Verdict verdict) {
    KeepRule rule = verdict.rule();
    return rule == null ? verdict.mark().toString() : rule.toString();
  }

  private Answer pruneDatastore(Call call) throws IOException {
    String store = call.get(STORE);
    Caller caller = call.caller();
    GroupAccess.REMOVE.of(caller, store, namespace(call));
    try (var use = stores.use(store, Operation.WRITE)) {
      existing(use.datastore(), namespace(call));
    }
    Long depth = call.find(MAX_DEPTH);
    var order = new Pruning.Order(
        namespace(call),
        depth == null ? null : depth.intValue(),
        KeepParams.options(call),
        call.get(DRY_RUN, false),
        caller.id());
    return spawn(
        call,
        store + ":" + namespace(call),
        (task, datastore) -> pruning.datastore(
            task,
            datastore,
            order,
            (namespace, group) -> mayPrune(caller, datastore, namespace, group)));
  }

  private static boolean mayPrune(
      Caller caller, Datastore datastore, Namespace namespace, GroupId group) throws IOException {
    var granted = GroupAccess.REMOVE.find(caller, datastore.name(), namespace);
    AuthId owner = granted == null ? null : GroupAccess.ownerIfAny(datastore, namespace, group);
    return granted != null && owner != null && granted.covers(owner);
  }
}
