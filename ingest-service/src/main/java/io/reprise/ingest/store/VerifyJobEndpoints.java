package io.reprise.ingest.store;

import static io.reprise.ingest.rest.Endpoint.delete;
import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.ingest.rest.Endpoint.post;
import static io.reprise.ingest.rest.Endpoint.put;
import static io.reprise.ingest.store.ConfiguredJobs.COMMENT;
import static io.reprise.ingest.store.ConfiguredJobs.DIGEST;
import static io.reprise.ingest.store.ConfiguredJobs.ID;
import static io.reprise.ingest.store.StoreParams.MAX_DEPTH;
import static io.reprise.ingest.store.StoreParams.NS;
import static io.reprise.ingest.store.StoreParams.STORE;
import static io.reprise.platform.access.Privilege.DATASTORE_VERIFY;

import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Type;
import io.reprise.platform.config.JobConfigs;
import io.reprise.platform.config.JobConfigs.File;
import io.reprise.platform.config.Section;
import io.reprise.platform.event.Events;
import io.reprise.platform.job.JobType;
import io.reprise.platform.job.Jobs;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;

/** Verify jobs: their settings, their last and next runs, and a run now, which gc-service does (protocol.md §5.7, §8). */
@ApplicationScoped
class VerifyJobEndpoints implements EndpointGroup {
  private static final Param<Boolean> IGNORE_VERIFIED =
      Param.of("ignore-verified", Type.FLAG).orNothing();
  private static final Param<Long> OUTDATED_AFTER =
      Param.of("outdated-after", Type.integer(0, Long.MAX_VALUE)).orNothing();
  private static final Param<String> SCHEDULE = ConfiguredJobs.SCHEDULE.orNothing();
  private static final Param<List<String>> DELETE = Param.of(
          "delete",
          Type.list(Type.oneOf(
              "comment", "ignore-verified", "max-depth", "ns", "outdated-after", "schedule")))
      .orNothing();

  private final ConfiguredJobs configured;
  private final Jobs jobs;
  private final Events events;

  VerifyJobEndpoints(JobConfigs configured, Jobs jobs, Events events) {
    this.configured = new ConfiguredJobs(
        File.VERIFICATION, JobType.VERIFICATION, "verify job", DATASTORE_VERIFY, configured, jobs);
    this.jobs = jobs;
    this.events = events;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        get("/config/verify", "Verify jobs and their settings").answers(configured::list),
        post("/config/verify", "Create a verify job")
            .takes(ID, STORE, NS, MAX_DEPTH, IGNORE_VERIFIED, OUTDATED_AFTER, SCHEDULE, COMMENT)
            .answers(call -> configured.create(call, VerifyJobEndpoints::set)),
        get("/config/verify/{id}", "Settings of a verify job").takes(ID).answers(configured::show),
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
            .answers(call -> configured.update(call, DELETE, VerifyJobEndpoints::set)),
        delete("/config/verify/{id}", "Remove a verify job")
            .takes(ID, DIGEST)
            .answers(this::remove),
        get("/admin/verify", "Verify jobs with their last and next runs")
            .takes(STORE.orNothing())
            .answers(configured::states),
        post("/admin/verify/{id}/run", "Run a verify job now").takes(ID).answers(this::run));
  }

  private static void set(Call call, Section job) {
    ConfiguredJobs.setCommon(call, job);
    ConfiguredJobs.set(job, "ignore-verified", call.find(IGNORE_VERIFIED));
    ConfiguredJobs.set(job, "outdated-after", call.find(OUTDATED_AFTER));
  }

  private Answer remove(Call call) throws IOException {
    configured.remove(call);
    return Answer.NOTHING;
  }

  private Answer run(Call call) throws IOException {
    Section job = configured.changeable(call);
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
