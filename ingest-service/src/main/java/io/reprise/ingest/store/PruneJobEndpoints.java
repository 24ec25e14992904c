package io.reprise.ingest.store;

import static io.reprise.ingest.rest.Endpoint.delete;
import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.ingest.rest.Endpoint.post;
import static io.reprise.ingest.rest.Endpoint.put;
import static io.reprise.ingest.store.ConfiguredJobs.COMMENT;
import static io.reprise.ingest.store.ConfiguredJobs.DIGEST;
import static io.reprise.ingest.store.ConfiguredJobs.ID;
import static io.reprise.ingest.store.ConfiguredJobs.SCHEDULE;
import static io.reprise.ingest.store.StoreParams.MAX_DEPTH;
import static io.reprise.ingest.store.StoreParams.NS;
import static io.reprise.ingest.store.StoreParams.STORE;
import static io.reprise.platform.access.Privilege.DATASTORE_MODIFY;

import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.Call;
import io.reprise.ingest.rest.Endpoint;
import io.reprise.ingest.rest.EndpointGroup;
import io.reprise.ingest.rest.Param;
import io.reprise.ingest.rest.Type;
import io.reprise.platform.config.JobConfigs;
import io.reprise.platform.config.JobConfigs.File;
import io.reprise.platform.config.RepriseConfig;
import io.reprise.platform.config.Section;
import io.reprise.platform.event.Events;
import io.reprise.platform.job.JobType;
import io.reprise.platform.job.Jobs;
import io.reprise.platform.prune.Approvals;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Prune jobs: their settings, their last and next runs, and a run now, which gc-service does (protocol.md §5.7, §8). */
@ApplicationScoped
class PruneJobEndpoints implements EndpointGroup {
  private static final Param<Boolean> DISABLE = Param.of("disable", Type.FLAG).orNothing();
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

  private final ConfiguredJobs configured;
  private final RepriseConfig own;
  private final Stores stores;
  private final Jobs jobs;
  private final Events events;

  PruneJobEndpoints(
      JobConfigs configured, RepriseConfig own, Stores stores, Jobs jobs, Events events) {
    this.configured = new ConfiguredJobs(
        File.PRUNE, JobType.PRUNE, "prune job", DATASTORE_MODIFY, configured, jobs);
    this.own = own;
    this.stores = stores;
    this.jobs = jobs;
    this.events = events;
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        get("/config/prune", "Prune jobs and their settings").answers(configured::list),
        post("/config/prune", "Create a prune job")
            .takes(settings(ID, STORE, SCHEDULE))
            .answers(call -> configured.create(call, PruneJobEndpoints::set)),
        get("/config/prune/{id}", "Settings of a prune job").takes(ID).answers(configured::show),
        put("/config/prune/{id}", "Change a prune job")
            .takes(settings(ID, STORE.orNothing(), SCHEDULE.orNothing(), DELETE, DIGEST))
            .answers(call -> configured.update(call, DELETE, PruneJobEndpoints::set)),
        delete("/config/prune/{id}", "Remove a prune job").takes(ID, DIGEST).answers(this::remove),
        get("/admin/prune", "Prune jobs with their last and next runs")
            .takes(STORE.orNothing())
            .answers(configured::states),
        post("/admin/prune/{id}/run", "Run a prune job now").takes(ID).answers(this::run));
  }

  private static Param<?>[] settings(Param<?>... first) {
    var all = new ArrayList<Param<?>>(List.of(first));
    all.addAll(List.of(NS, MAX_DEPTH, DISABLE, COMMENT));
    all.addAll(KeepParams.ALL);
    return all.toArray(Param[]::new);
  }

  private static void set(Call call, Section job) {
    ConfiguredJobs.setCommon(call, job);
    Boolean disable = call.find(DISABLE);
    if (disable != null) job.set("disable", disable ? "true" : null);
    KeepParams.of(call).forEach(job::set);
  }

  private Answer remove(Call call) throws IOException {
    Section job = configured.remove(call);
    own.useCategories(job.get("store", ""), job.id(), false);
    new Approvals(stores.layout().state()).forget(job.id());
    return Answer.NOTHING;
  }

  static String workerId(Section job) {
    String namespace = job.get("ns", "");
    return job.get("store") + (namespace.isEmpty() ? "" : ":" + namespace);
  }

  private Answer run(Call call) throws IOException {
    Section job = configured.changeable(call);
    var order = new Jobs.Order(
        JobType.PRUNE,
        job.id(),
        workerId(job),
        "prune job '" + job.id() + "'",
        call.caller().id());
    return Answer.of(jobs.request(order, events).toString());
  }
}
