package io.reprise.ingest.store;

import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.ingest.rest.Endpoint.post;
import static io.reprise.ingest.store.StoreParams.STORE;
import static io.reprise.platform.access.Privilege.DATASTORE_AUDIT;
import static io.reprise.platform.access.Privilege.DATASTORE_MODIFY;
import static io.reprise.platform.access.Privilege.SYS_AUDIT;
import static io.reprise.platform.access.Privilege.SYS_MODIFY;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.json.Json;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.datastore.snapshot.RemovedSnapshot;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Rule;
import io.reprise.ingest.rest.Type;
import io.reprise.platform.config.RepriseConfig;
import io.reprise.platform.event.Events;
import io.reprise.platform.event.SnapshotRestored;
import io.reprise.platform.job.JobRequest;
import io.reprise.platform.job.JobType;
import io.reprise.platform.job.Jobs;
import io.reprise.platform.job.Leases;
import io.reprise.platform.task.Upid;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What is asked of gc-service, and what it left for others to read: garbage collection now, removed snapshots and their way
 * back, what waits for deletion, requests and leases.
 */
@ApplicationScoped
class MaintenanceEndpoints implements EndpointGroup {
  private static final String TASKS_ACL = "/system/tasks";
  private static final Param<String> ID =
      Param.of("id", Type.of(text -> SafeId.check("id of a removed snapshot", text, 1, 64)));
  private static final Param<String> LEASE =
      Param.of("lease", Type.of(text -> SafeId.check("lease", text, 1, 128)));

  private final Stores stores;
  private final RepriseConfig own;
  private final Jobs jobs;
  private final ScheduledJobs scheduled;
  private final Events events;

  MaintenanceEndpoints(
      Stores stores, RepriseConfig own, Jobs jobs, ScheduledJobs scheduled, Events events) {
    this.stores = stores;
    this.own = own;
    this.jobs = jobs;
    this.scheduled = scheduled;
    this.events = events;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        post("/admin/datastore/{store}/gc", "Collect garbage")
            .takes(STORE)
            .needs(Rule.on("/datastore/{store}", DATASTORE_MODIFY))
            .answers(this::collect),
        get("/admin/datastore/{store}/waiting", "What waits for its deletion, and until when")
            .takes(STORE)
            .needs(Rule.on("/datastore/{store}", DATASTORE_AUDIT))
            .answers(this::waiting),
        get("/admin/datastore/{store}/removed", "Removed snapshots that can be brought back")
            .takes(STORE)
            .needs(Rule.on("/datastore/{store}", DATASTORE_AUDIT))
            .answers(this::removed),
        post("/admin/datastore/{store}/undelete", "Bring a removed snapshot back")
            .takes(STORE, ID)
            .needs(Rule.on("/datastore/{store}", DATASTORE_MODIFY))
            .answers(this::undelete),
        get("/admin/jobs", "Schedules, requests that wait or run, and leases of replicas")
            .needs(Rule.on(TASKS_ACL, SYS_AUDIT))
            .answers(this::jobs),
        post("/admin/jobs/{lease}/break", "Take a lease from a replica that no longer answers")
            .takes(LEASE)
            .needs(Rule.on(TASKS_ACL, SYS_MODIFY))
            .answers(this::breakOff));
  }

  private Answer collect(Call call) throws IOException {
    String store = call.get(STORE);
    stores.use(store, Operation.WRITE).close();
    var order = new Jobs.Order(
        JobType.GARBAGE_COLLECTION,
        store,
        store,
        "starting garbage collection on store " + store,
        call.caller().id());
    return Answer.of(jobs.request(order, events).toString());
  }

  /** As gc-service left it after its last pass; empty before the first. */
  private Answer waiting(Call call) throws IOException {
    String store = call.get(STORE);
    stores.use(store, Operation.LOOKUP).close();
    Path file = stores.layout().state().resolve("status").resolve("gc-" + store + ".json");
    try {
      return Answer.of(Json.parseObject(Files.readAllBytes(file), file.toString()));
    } catch (NoSuchFileException | BadFormat none) {
      return Answer.of(Json.object());
    }
  }

  private Answer removed(Call call) throws IOException {
    String store = call.get(STORE);
    Duration window = own.garbage(store).undelete();
    ArrayNode items = Json.object().arrayNode();
    try (var use = stores.use(store, Operation.LOOKUP)) {
      for (RemovedSnapshot each : use.datastore().removed().list()) {
        ObjectNode item = items.addObject();
        item.put("id", each.id());
        item.put("ns", each.namespace().toString());
        item.put("backup-type", each.snapshot().group().type().toString());
        item.put("backup-id", each.snapshot().group().id());
        item.put("backup-time", each.snapshot().time());
        if (each.owner() != null) item.put("owner", each.owner().toString());
        item.put("removed", each.removed().getEpochSecond());
        item.put("by", each.by());
        item.put("until", each.removed().plus(window).getEpochSecond());
      }
    }
    return Answer.of(items);
  }

  private Answer undelete(Call call) throws IOException {
    String store = call.get(STORE);
    String id = call.get(ID);
    try (var use = stores.use(store, Operation.WRITE)) {
      RemovedSnapshot removed = use.datastore().removed().find(id);
      if (removed == null) {
        throw ApiError.badRequest("datastore '" + store + "' has no removed snapshot '" + id
            + "': it was purged, or brought back already");
      }
      String name = removed.namespace().isRoot() ? "" : removed.namespace() + ":";
      Upid upid = jobs.tasks()
          .spawn(
              "undelete", store + ":" + name + removed.snapshot(), call.caller().id(), task -> {
                try (var again = stores.use(store, Operation.WRITE)) {
                  Datastore datastore = again.datastore();
                  task.log("checking the chunks of " + removed.snapshot() + ", removed by "
                      + removed.by());
                  long chunks = new RemovedChunks(datastore).check(removed, task);
                  datastore.removed().restore(id);
                  task.log(
                      removed.snapshot() + " is back, all its " + chunks + " chunks are there");
                  events.announce(new SnapshotRestored(
                      store,
                      removed.namespace(),
                      removed.snapshot(),
                      task.upid().authId()));
                }
              });
      return Answer.of(upid.toString());
    }
  }

  private Answer jobs(Call call) throws IOException {
    ObjectNode all = Json.object();
    all.set("schedules", scheduled.list());
    ArrayNode requests = all.putArray("requests");
    for (JobRequest request : jobs.requests().pending()) {
      ObjectNode item = requests.addObject();
      item.put("type", request.type().toString());
      item.put("name", request.name());
      item.put("by", request.by().toString());
      item.put("time", request.time().getEpochSecond());
      item.put("attempts", request.attempts());
      if (request.schedule() != null) item.put("schedule", request.schedule());
      if (request.task() != null) item.put("upid", request.task().toString());
    }
    ArrayNode leases = all.putArray("leases");
    for (Leases.Holder holder : jobs.leases().holders()) {
      leases
          .addObject()
          .put("lease", holder.name())
          .put("owner", holder.owner())
          .put("since", holder.since().getEpochSecond());
    }
    return Answer.of(all);
  }

  private Answer breakOff(Call call) throws IOException {
    String lease = call.get(LEASE);
    if (jobs.leases().holder(lease) == null) {
      throw ApiError.badRequest("nobody holds the lease '" + lease + "'");
    }
    jobs.leases().breakOff(lease);
    return Answer.NOTHING;
  }
}
