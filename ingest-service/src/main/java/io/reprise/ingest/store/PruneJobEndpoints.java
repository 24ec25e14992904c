package io.reprise.ingest.store;

import static io.reprise.ingest.rest.Endpoint.delete;
import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.ingest.rest.Endpoint.post;
import static io.reprise.ingest.rest.Endpoint.put;
import static io.reprise.ingest.store.StoreParams.MAX_DEPTH;
import static io.reprise.ingest.store.StoreParams.NS;
import static io.reprise.ingest.store.StoreParams.STORE;
import static io.reprise.platform.access.Privilege.DATASTORE_AUDIT;
import static io.reprise.platform.access.Privilege.DATASTORE_MODIFY;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.calendar.CalendarEvent;
import io.reprise.datastore.json.Json;
import io.reprise.datastore.snapshot.Namespace;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Caller;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Type;
import io.reprise.platform.access.Privilege;
import io.reprise.platform.config.JobConfigs;
import io.reprise.platform.config.JobConfigs.File;
import io.reprise.platform.config.RepriseConfig;
import io.reprise.platform.config.Section;
import io.reprise.platform.config.Values;
import io.reprise.platform.event.Events;
import io.reprise.platform.job.JobType;
import io.reprise.platform.job.Jobs;
import io.reprise.platform.prune.Approvals;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Prune jobs: their settings, their last and next runs, and a run now, which gc-service does (protocol.md §5.7, §8). */
@ApplicationScoped
class PruneJobEndpoints implements EndpointGroup {
  static final Param<String> ID = Param.of("id", Type.of(text -> SafeId.check("job", text, 3, 32)));
  private static final Param<String> SCHEDULE =
      Param.of("schedule", Type.of(Values.SCHEDULE::canonical));
  private static final Param<String> COMMENT =
      Param.of("comment", Type.of(Values.COMMENT::canonical)).orNothing();
  private static final Param<Boolean> DISABLE = Param.of("disable", Type.FLAG).orNothing();
  private static final Param<String> DIGEST =
      Param.of("digest", Type.text(64, 64)).orNothing();
  private static final Param<List<String>> DELETE = Param.of(
          "delete",
          Type.list(Type.oneOf(
              "comment",
              "disable",
              "ns",
              "max-depth",
              "keep-last",
              "keep-hourly",
              "keep-daily",
              "keep-weekly",
              "keep-monthly",
              "keep-yearly")))
      .orNothing();

  private final JobConfigs configured;
  private final RepriseConfig own;
  private final Stores stores;
  private final Jobs jobs;
  private final Events events;

  PruneJobEndpoints(
      JobConfigs configured, RepriseConfig own, Stores stores, Jobs jobs, Events events) {
    this.configured = configured;
    this.own = own;
    this.stores = stores;
    this.jobs = jobs;
    this.events = events;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        get("/config/prune", "Prune jobs and their settings").answers(this::list),
        post("/config/prune", "Create a prune job")
            .takes(settings(ID, STORE, SCHEDULE))
            .answers(this::create),
        get("/config/prune/{id}", "Settings of a prune job").takes(ID).answers(this::show),
        put("/config/prune/{id}", "Change a prune job")
            .takes(settings(ID, STORE.orNothing(), SCHEDULE.orNothing(), DELETE, DIGEST))
            .answers(this::update),
        delete("/config/prune/{id}", "Remove a prune job").takes(ID, DIGEST).answers(this::remove),
        get("/admin/prune", "Prune jobs with their last and next runs")
            .takes(STORE.orNothing())
            .answers(this::states),
        post("/admin/prune/{id}/run", "Run a prune job now").takes(ID).answers(this::run));
  }

  private static Param<?>[] settings(Param<?>... first) {
    var all = new ArrayList<Param<?>>(List.of(first));
    all.addAll(List.of(NS, MAX_DEPTH, DISABLE, COMMENT));
    all.addAll(KeepParams.ALL);
    return all.toArray(Param[]::new);
  }

  private static String aclPath(Section job) {
    return GroupAccess.aclPath(job.get("store", ""), Namespace.parse(job.get("ns", "")));
  }

  private static boolean sees(Caller caller, Section job) {
    return caller.mayAny(aclPath(job), DATASTORE_AUDIT, DATASTORE_MODIFY);
  }

  static void require(Caller caller, Section job, Privilege... anyOf) {
    if (caller.mayAny(aclPath(job), anyOf)) return;
    throw new ApiError(403, "permission check failed: needs " + anyOf[0] + " on " + aclPath(job));
  }

  private Section existing(Call call) throws IOException {
    return existing(configured, call);
  }

  static Section existing(JobConfigs configured, Call call) throws IOException {
    Section job = configured.find(File.PRUNE, call.get(ID));
    if (job == null) throw ApiError.badRequest("no such prune job '" + call.get(ID) + "'");
    return job;
  }

  private Answer list(Call call) throws IOException {
    var now = configured.now(File.PRUNE);
    ArrayNode items = Json.object().arrayNode();
    for (Section job : now.sections().sections()) {
      if (sees(call.caller(), job)) items.add(JobConfigs.json(File.PRUNE, job));
    }
    return Answer.withDigest(items, now.digest());
  }

  private Answer show(Call call) throws IOException {
    Section job = existing(call);
    require(call.caller(), job, DATASTORE_AUDIT, DATASTORE_MODIFY);
    return Answer.withDigest(
        JobConfigs.json(File.PRUNE, job), configured.now(File.PRUNE).digest());
  }

  /** The datastore need not be there, as for a PBS: the run will say so. */
  private Answer create(Call call) throws IOException {
    Section job = JobConfigs.section(File.PRUNE, call.get(ID));
    set(call, job);
    require(call.caller(), job, DATASTORE_MODIFY);
    if (configured.find(File.PRUNE, job.id()) != null) {
      throw ApiError.parameters(Map.of("id", "job '" + job.id() + "' exists already"));
    }
    configured.add(File.PRUNE, job);
    jobs.states().created(JobType.PRUNE, job.id());
    return Answer.NOTHING;
  }

  private static void set(Call call, Section job) {
    String store = call.find(STORE);
    if (store != null) job.set("store", store);
    String schedule = call.find(SCHEDULE);
    if (schedule != null) job.set("schedule", schedule);
    Namespace namespace = call.find(NS);
    if (namespace != null) job.set("ns", namespace.isRoot() ? null : namespace.toString());
    Long depth = call.find(MAX_DEPTH);
    if (depth != null) job.set("max-depth", depth.toString());
    Boolean disable = call.find(DISABLE);
    if (disable != null) job.set("disable", disable ? "true" : null);
    String comment = call.find(COMMENT);
    if (comment != null) job.set("comment", comment);
    KeepParams.of(call).forEach(job::set);
  }

  private Answer update(Call call) throws IOException {
    require(call.caller(), existing(call), DATASTORE_MODIFY);
    String[] schedules = new String[2];
    configured.update(File.PRUNE, call.get(ID), call.find(DIGEST), job -> {
      schedules[0] = job.get("schedule");
      call.get(DELETE, List.of()).forEach(key -> job.set(key, null));
      set(call, job);
      schedules[1] = job.get("schedule");
      require(call.caller(), job, DATASTORE_MODIFY); // where it is to prune from now on
    });
    if (!Objects.equals(schedules[0], schedules[1])) {
      jobs.states().rescheduled(JobType.PRUNE, call.get(ID));
    }
    return Answer.NOTHING;
  }

  private Answer remove(Call call) throws IOException {
    Section job = existing(call);
    require(call.caller(), job, DATASTORE_MODIFY);
    configured.remove(File.PRUNE, job.id(), call.find(DIGEST));
    jobs.states().removed(JobType.PRUNE, job.id());
    own.useCategories(job.get("store", ""), job.id(), false);
    new Approvals(stores.layout().state()).forget(job.id());
    return Answer.NOTHING;
  }

  private Answer states(Call call) throws IOException {
    String store = call.find(STORE);
    var now = configured.now(File.PRUNE);
    ArrayNode items = Json.object().arrayNode();
    for (Section job : now.sections().sections()) {
      if (!sees(call.caller(), job)) continue;
      if (store != null && !store.equals(job.get("store"))) continue;
      items.add(state(job));
    }
    return Answer.withDigest(items, now.digest());
  }

  private ObjectNode state(Section job) throws IOException {
    CalendarEvent schedule =
        job.is("disable", false) ? null : CalendarEvent.parse(job.get("schedule", ""));
    return jobs.status(JobType.PRUNE, job.id(), schedule).addTo(JobConfigs.json(File.PRUNE, job));
  }

  static String workerId(Section job) {
    String namespace = job.get("ns", "");
    return job.get("store") + (namespace.isEmpty() ? "" : ":" + namespace);
  }

  private Answer run(Call call) throws IOException {
    Section job = existing(call);
    require(call.caller(), job, DATASTORE_MODIFY);
    var order = new Jobs.Order(
        JobType.PRUNE,
        job.id(),
        workerId(job),
        "prune job '" + job.id() + "'",
        call.caller().id());
    return Answer.of(jobs.request(order, events).toString());
  }
}
