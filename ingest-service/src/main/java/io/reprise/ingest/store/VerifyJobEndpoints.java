package io.reprise.ingest.store;

import static io.reprise.ingest.rest.Endpoint.delete;
import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.ingest.rest.Endpoint.post;
import static io.reprise.ingest.rest.Endpoint.put;
import static io.reprise.ingest.store.StoreParams.MAX_DEPTH;
import static io.reprise.ingest.store.StoreParams.NS;
import static io.reprise.ingest.store.StoreParams.STORE;
import static io.reprise.platform.access.Privilege.DATASTORE_AUDIT;
import static io.reprise.platform.access.Privilege.DATASTORE_VERIFY;

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
import io.reprise.platform.config.Section;
import io.reprise.platform.config.Values;
import io.reprise.platform.event.Events;
import io.reprise.platform.job.JobType;
import io.reprise.platform.job.Jobs;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Verify jobs: their settings, their last and next runs, and a run now, which gc-service does (protocol.md §5.7, §8). */
@ApplicationScoped
class VerifyJobEndpoints implements EndpointGroup {
  private static final Param<String> ID =
      Param.of("id", Type.of(text -> SafeId.check("job", text, 3, 32)));
  private static final Param<Boolean> IGNORE_VERIFIED =
      Param.of("ignore-verified", Type.FLAG).orNothing();
  private static final Param<Long> OUTDATED_AFTER =
      Param.of("outdated-after", Type.integer(0, Long.MAX_VALUE)).orNothing();
  private static final Param<String> SCHEDULE =
      Param.of("schedule", Type.of(Values.SCHEDULE::canonical)).orNothing();
  private static final Param<String> COMMENT =
      Param.of("comment", Type.of(Values.COMMENT::canonical)).orNothing();
  private static final Param<String> DIGEST =
      Param.of("digest", Type.text(64, 64)).orNothing();
  private static final Param<List<String>> DELETE = Param.of(
          "delete",
          Type.list(Type.oneOf(
              "comment", "ignore-verified", "max-depth", "ns", "outdated-after", "schedule")))
      .orNothing();

  private final JobConfigs configured;
  private final Jobs jobs;
  private final Events events;

  VerifyJobEndpoints(JobConfigs configured, Jobs jobs, Events events) {
    this.configured = configured;
    this.jobs = jobs;
    this.events = events;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        get("/config/verify", "Verify jobs and their settings").answers(this::list),
        post("/config/verify", "Create a verify job")
            .takes(ID, STORE, NS, MAX_DEPTH, IGNORE_VERIFIED, OUTDATED_AFTER, SCHEDULE, COMMENT)
            .answers(this::create),
        get("/config/verify/{id}", "Settings of a verify job").takes(ID).answers(this::show),
        put("/config/verify/{id}", "Change a verify job")
            .takes(
                ID,
                STORE.orNothing(),
                NS,
                MAX_DEPTH,
                IGNORE_VERIFIED,
                OUTDATED_AFTER,
                SCHEDULE,
                COMMENT,
                DELETE,
                DIGEST)
            .answers(this::update),
        delete("/config/verify/{id}", "Remove a verify job")
            .takes(ID, DIGEST)
            .answers(this::remove),
        get("/admin/verify", "Verify jobs with their last and next runs")
            .takes(STORE.orNothing())
            .answers(this::states),
        post("/admin/verify/{id}/run", "Run a verify job now").takes(ID).answers(this::run));
  }

  private static String aclPath(Section job) {
    return GroupAccess.aclPath(job.get("store", ""), Namespace.parse(job.get("ns", "")));
  }

  private static boolean sees(Caller caller, Section job) {
    return caller.mayAny(aclPath(job), DATASTORE_AUDIT, DATASTORE_VERIFY);
  }

  private static void require(Caller caller, Section job, Privilege... anyOf) {
    if (caller.mayAny(aclPath(job), anyOf)) return;
    throw new ApiError(403, "permission check failed: needs " + anyOf[0] + " on " + aclPath(job));
  }

  private Section existing(Call call) throws IOException {
    Section job = configured.find(File.VERIFICATION, call.get(ID));
    if (job == null) throw ApiError.badRequest("no such verify job '" + call.get(ID) + "'");
    return job;
  }

  private Answer list(Call call) throws IOException {
    var now = configured.now(File.VERIFICATION);
    ArrayNode items = Json.object().arrayNode();
    for (Section job : now.sections().sections()) {
      if (sees(call.caller(), job)) items.add(JobConfigs.json(File.VERIFICATION, job));
    }
    return Answer.withDigest(items, now.digest());
  }

  private Answer show(Call call) throws IOException {
    Section job = existing(call);
    require(call.caller(), job, DATASTORE_AUDIT, DATASTORE_VERIFY);
    return Answer.withDigest(
        JobConfigs.json(File.VERIFICATION, job),
        configured.now(File.VERIFICATION).digest());
  }

  private Answer create(Call call) throws IOException {
    Section job = JobConfigs.section(File.VERIFICATION, call.get(ID));
    set(call, job);
    require(call.caller(), job, DATASTORE_VERIFY);
    if (configured.find(File.VERIFICATION, job.id()) != null) {
      throw ApiError.parameters(Map.of("id", "job '" + job.id() + "' exists already"));
    }
    configured.add(File.VERIFICATION, job);
    jobs.states().created(JobType.VERIFICATION, job.id());
    return Answer.NOTHING;
  }

  private static void set(Call call, Section job) {
    set(job, "store", call.find(STORE));
    Namespace namespace = call.find(NS);
    if (namespace != null) job.set("ns", namespace.isRoot() ? null : namespace.toString());
    set(job, "max-depth", call.find(MAX_DEPTH));
    set(job, "ignore-verified", call.find(IGNORE_VERIFIED));
    set(job, "outdated-after", call.find(OUTDATED_AFTER));
    set(job, "schedule", call.find(SCHEDULE));
    set(job, "comment", call.find(COMMENT));
  }

  private static void set(Section job, String key, @Nullable Object value) {
    if (value != null) job.set(key, value.toString());
  }

  private Answer update(Call call) throws IOException {
    require(call.caller(), existing(call), DATASTORE_VERIFY);
    String[] schedules = new String[2];
    configured.update(File.VERIFICATION, call.get(ID), call.find(DIGEST), job -> {
      schedules[0] = job.get("schedule");
      call.get(DELETE, List.of()).forEach(key -> job.set(key, null));
      set(call, job);
      schedules[1] = job.get("schedule");
      require(call.caller(), job, DATASTORE_VERIFY); // what it is to verify from now on
    });
    if (!Objects.equals(schedules[0], schedules[1])) {
      jobs.states().rescheduled(JobType.VERIFICATION, call.get(ID));
    }
    return Answer.NOTHING;
  }

  private Answer remove(Call call) throws IOException {
    Section job = existing(call);
    require(call.caller(), job, DATASTORE_VERIFY);
    configured.remove(File.VERIFICATION, job.id(), call.find(DIGEST));
    jobs.states().removed(JobType.VERIFICATION, job.id());
    return Answer.NOTHING;
  }

  private Answer states(Call call) throws IOException {
    String store = call.find(STORE);
    var now = configured.now(File.VERIFICATION);
    ArrayNode items = Json.object().arrayNode();
    for (Section job : now.sections().sections()) {
      if (!sees(call.caller(), job)) continue;
      if (store != null && !store.equals(job.get("store"))) continue;
      items.add(state(job));
    }
    return Answer.withDigest(items, now.digest());
  }

  private ObjectNode state(Section job) throws IOException {
    String schedule = job.get("schedule");
    var status = jobs.status(
        JobType.VERIFICATION, job.id(), schedule == null ? null : CalendarEvent.parse(schedule));
    return status.addTo(JobConfigs.json(File.VERIFICATION, job));
  }

  private Answer run(Call call) throws IOException {
    Section job = existing(call);
    require(call.caller(), job, DATASTORE_VERIFY);
    String name = job.get("store") + ":" + job.id();
    var order = new Jobs.Order(
        JobType.VERIFICATION,
        job.id(),
        name,
        "Starting datastore verify job '" + name + "'",
        call.caller().id());
    return Answer.of(jobs.request(order, events).toString());
  }
}
