package io.reprise.ingest.store;

import static io.reprise.ingest.store.StoreParams.MAX_DEPTH;
import static io.reprise.ingest.store.StoreParams.NS;
import static io.reprise.ingest.store.StoreParams.STORE;
import static io.reprise.platform.access.Privilege.DATASTORE_AUDIT;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.calendar.CalendarEvent;
import io.reprise.datastore.json.Json;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Caller;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Type;
import io.reprise.platform.access.Privilege;
import io.reprise.platform.config.JobConfigs;
import io.reprise.platform.config.JobConfigs.File;
import io.reprise.platform.config.Section;
import io.reprise.platform.config.Values;
import io.reprise.platform.job.JobType;
import io.reprise.platform.job.Jobs;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The jobs of one configuration file as REST has them (protocol.md §5.7): who may see and change them, and their states. */
final class ConfiguredJobs {
  static final Param<String> ID = Param.of("id", Type.of(text -> SafeId.check("job", text, 3, 32)));
  static final Param<String> SCHEDULE = Param.of("schedule", Type.of(Values.SCHEDULE::canonical));
  static final Param<String> COMMENT =
      Param.of("comment", Type.of(Values.COMMENT::canonical)).orNothing();
  static final Param<String> DIGEST = Param.of("digest", Type.text(64, 64)).orNothing();

  private final File file;
  private final JobType type;
  private final String word;
  private final Privilege change;
  private final JobConfigs configured;
  private final Jobs jobs;

  /**
   * @param word for sentences: "prune job"
   * @param change what it takes to change one; it may be seen with Datastore.Audit too
   */
  ConfiguredJobs(
      File file, JobType type, String word, Privilege change, JobConfigs configured, Jobs jobs) {
    this.file = file;
    this.type = type;
    this.word = word;
    this.change = change;
    this.configured = configured;
    this.jobs = jobs;
  }

  private static String aclPath(Section job) {
    return GroupAccess.aclPath(job.get("store", ""), Namespace.parse(job.get("ns", "")));
  }

  private boolean sees(Caller caller, Section job) {
    return caller.mayAny(aclPath(job), DATASTORE_AUDIT, change);
  }

  private static void require(Caller caller, Section job, Privilege... anyOf) {
    if (caller.mayAny(aclPath(job), anyOf)) return;
    throw new ApiError(403, "permission check failed: needs " + anyOf[0] + " on " + aclPath(job));
  }

  private Section existing(Call call) throws IOException {
    Section job = configured.find(file, call.get(ID));
    if (job == null) throw ApiError.badRequest("no such " + word + " '" + call.get(ID) + "'");
    return job;
  }

  /** The job of the call, which its caller may see. */
  Section visible(Call call) throws IOException {
    Section job = existing(call);
    require(call.caller(), job, DATASTORE_AUDIT, change);
    return job;
  }

  /** The job of the call, which its caller may change and run. */
  Section changeable(Call call) throws IOException {
    Section job = existing(call);
    require(call.caller(), job, change);
    return job;
  }

  Answer list(Call call) throws IOException {
    var now = configured.now(file);
    ArrayNode items = Json.object().arrayNode();
    for (Section job : now.sections().sections()) {
      if (sees(call.caller(), job)) items.add(JobConfigs.json(file, job));
    }
    return Answer.withDigest(items, now.digest());
  }

  Answer show(Call call) throws IOException {
    Section job = visible(call);
    return Answer.withDigest(JobConfigs.json(file, job), configured.now(file).digest());
  }

  /** The datastore need not be there, as for a PBS: the run will say so. */
  Answer create(Call call, BiConsumer<Call, Section> set) throws IOException {
    Section job = JobConfigs.section(file, call.get(ID));
    set.accept(call, job);
    require(call.caller(), job, change);
    if (configured.find(file, job.id()) != null) {
      throw ApiError.parameters(Map.of("id", "job '" + job.id() + "' exists already"));
    }
    configured.add(file, job);
    jobs.states().created(type, job.id());
    return Answer.NOTHING;
  }

  Answer update(Call call, Param<List<String>> delete, BiConsumer<Call, Section> set)
      throws IOException {
    changeable(call);
    String[] schedules = new String[2];
    configured.update(file, call.get(ID), call.find(DIGEST), job -> {
      schedules[0] = job.get("schedule");
      call.get(delete, List.of()).forEach(key -> job.set(key, null));
      set.accept(call, job);
      schedules[1] = job.get("schedule");
      require(call.caller(), job, change); // where it is to work from now on
    });
    if (!Objects.equals(schedules[0], schedules[1])) {
      jobs.states().rescheduled(type, call.get(ID));
    }
    return Answer.NOTHING;
  }

  /** Sets what both kinds of jobs have: datastore, namespace, depth, schedule, comment. */
  static void setCommon(Call call, Section job) {
    set(job, "store", call.find(STORE));
    set(job, "schedule", call.find(SCHEDULE));
    Namespace namespace = call.find(NS);
    if (namespace != null) job.set("ns", namespace.isRoot() ? null : namespace.toString());
    set(job, "max-depth", call.find(MAX_DEPTH));
    set(job, "comment", call.find(COMMENT));
  }

  static void set(Section job, String key, @Nullable Object value) {
    if (value != null) job.set(key, value.toString());
  }

  /** @return what was removed */
  Section remove(Call call) throws IOException {
    Section job = changeable(call);
    configured.remove(file, job.id(), call.find(DIGEST));
    jobs.states().removed(type, job.id());
    return job;
  }

  /** Each with its last and its next run. */
  Answer states(Call call) throws IOException {
    String store = call.find(STORE);
    var now = configured.now(file);
    ArrayNode items = Json.object().arrayNode();
    for (Section job : now.sections().sections()) {
      if (!sees(call.caller(), job)) continue;
      if (store != null && !store.equals(job.get("store"))) continue;
      items.add(state(job));
    }
    return Answer.withDigest(items, now.digest());
  }

  private ObjectNode state(Section job) throws IOException {
    String schedule = job.is("disable", false) ? null : job.get("schedule");
    return jobs.status(type, job.id(), schedule == null ? null : CalendarEvent.parse(schedule))
        .addTo(JobConfigs.json(file, job));
  }
}
