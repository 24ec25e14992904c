package io.reprise.ingest.store;

import static io.reprise.ingest.rest.Endpoint.get;
import static io.reprise.ingest.rest.Endpoint.post;
import static io.reprise.ingest.rest.Endpoint.put;
import static io.reprise.platform.access.Privilege.DATASTORE_MODIFY;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.json.Json;
import io.reprise.ingest.rest.Answer;
import io.reprise.ingest.rest.ApiError;
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
import io.reprise.platform.prune.Categories;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** What a prune job would remove, whether it goes by categories, and the consent that it then needs; ours. */
@ApplicationScoped
class PrunePreviewEndpoints implements EndpointGroup {
  private static final Param<String> ID = ConfiguredJobs.ID;
  private static final Param<Boolean> USE = Param.of("use", Type.FLAG);
  private static final Param<String> SEEN = Param.of("digest", Type.text(64, 64));

  private final ConfiguredJobs configured;
  private final RepriseConfig own;
  private final Stores stores;
  private final Jobs jobs;
  private final Events events;

  PrunePreviewEndpoints(
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
        post("/admin/prune/{id}/preview", "Compute what the next run would remove")
            .takes(ID)
            .answers(this::begin),
        get("/admin/prune/{id}/preview", "What the next run would remove, as computed last")
            .takes(ID)
            .answers(this::show),
        get("/admin/prune/{id}/categories", "Whether the job goes by categories, and may")
            .takes(ID)
            .answers(this::state),
        put("/admin/prune/{id}/categories", "Let the job go by categories, or no longer")
            .takes(ID, USE)
            .answers(this::use),
        post("/admin/prune/{id}/approve", "Agree to what the preview has shown")
            .takes(ID, SEEN)
            .answers(this::approve));
  }

  private Answer begin(Call call) throws IOException {
    Section job = configured.visible(call);
    var order = new Jobs.Order(
        JobType.PRUNE_PREVIEW,
        job.id(),
        PruneJobEndpoints.workerId(job),
        "preview of prune job '" + job.id() + "'",
        call.caller().id());
    return Answer.of(jobs.request(order, events).toString());
  }

  private Path file(String job) {
    return stores.layout().state().resolve("status").resolve("prune-preview-" + job + ".json");
  }

  private Answer show(Call call) throws IOException {
    Section job = configured.visible(call);
    try {
      return Answer.of(preview(job.id()));
    } catch (NoSuchFileException never) {
      return Answer.of(Json.object());
    }
  }

  private ObjectNode preview(String job) throws IOException {
    Path file = file(job);
    return Json.parseObject(Files.readAllBytes(file), file.toString());
  }

  private Answer state(Call call) throws IOException {
    Section job = configured.visible(call);
    var categories = Categories.of(own.categories());
    return Answer.of(Json.object()
        .put("use", own.usesCategories(job.get("store", ""), job.id()))
        .put("digest", categories.digest())
        .put("approved", categories.equals(approvals().find(job.id()))));
  }

  private Approvals approvals() {
    return new Approvals(stores.layout().state());
  }

  private Answer use(Call call) throws IOException {
    Section job = configured.changeable(call);
    own.useCategories(job.get("store", ""), job.id(), call.get(USE));
    return Answer.NOTHING;
  }

  /** Only what a preview has shown, and what has not changed since. */
  private Answer approve(Call call) throws IOException {
    Section job = configured.changeable(call);
    var categories = Categories.of(own.categories());
    String shown;
    try {
      shown = preview(job.id()).path("digest").asText();
    } catch (NoSuchFileException | BadFormat none) {
      shown = "";
    }
    if (!call.get(SEEN).equals(categories.digest()) || !shown.equals(categories.digest())) {
      throw ApiError.badRequest("that is not what the categories do now: make a preview of job '"
          + job.id() + "' and look at it first");
    }
    approvals().approve(job.id(), categories);
    return Answer.NOTHING;
  }
}
