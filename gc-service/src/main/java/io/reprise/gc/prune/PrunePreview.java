package io.reprise.gc.prune;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.json.Json;
import io.reprise.datastore.prune.Mark;
import io.reprise.datastore.prune.Verdict;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.gc.collect.Collections;
import io.reprise.gc.collect.Owner;
import io.reprise.gc.collect.StoreCollection;
import io.reprise.gc.prune.PruneSettings.Job;
import io.reprise.gc.store.StoreIndexFiles;
import io.reprise.platform.config.Replace;
import io.reprise.platform.event.EventData;
import io.reprise.platform.job.JobKind;
import io.reprise.platform.job.JobRequest;
import io.reprise.platform.job.JobRun;
import io.reprise.platform.job.JobType;
import io.reprise.platform.prune.Categories;
import io.reprise.platform.prune.Categories.Place;
import io.reprise.platform.prune.Guest;
import io.reprise.platform.prune.Pruning;
import io.reprise.platform.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the next run of a prune job would remove, in snapshots and bytes, and what it would remove with the categories that
 * were agreed to last: a task {@code prune-preview}, whose result is {@code <state>/status/prune-preview-<job>.json}. Done by
 * the replica that owns the reference index, as bytes follow from it.
 */
public final class PrunePreview implements JobKind {
  private static final int MODE = 0644;

  private final PruneSettings settings;
  private final Collections collections;
  private final Path status;
  private final Map<String, Long> forecasts = new ConcurrentHashMap<>();

  /** @param status directory of the result */
  public PrunePreview(PruneSettings settings, Collections collections, Path status) {
    this.settings = settings;
    this.collections = collections;
    this.status = status;
  }

  @Override
  public JobType type() {
    return JobType.PRUNE_PREVIEW;
  }

  @Override
  public List<Scheduled> scheduled() {
    return List.of();
  }

  @Override
  public boolean isHere(String name) throws IOException {
    try {
      Owner owner = collections.of(settings.job(name).store());
      return owner == null || owner.current() != null;
    } catch (InvalidName removedMeanwhile) {
      return true; // so that the task ends, with that
    }
  }

  @Override
  public String workerId(JobRequest request) throws IOException {
    return settings.job(request.name()).workerId();
  }

  /** Bytes that the next run would free, by job, as this process computed them last. */
  public Map<String, Long> forecasts() {
    return Map.copyOf(forecasts);
  }

  @Override
  public void run(JobRun run) throws IOException {
    run.begin("preview of prune job '" + run.name() + "'");
    Job job = settings.job(run.name());
    Owner owner = collections.of(job.store());
    StoreCollection collection = owner == null ? null : owner.current();
    if (collection == null) {
      throw new IOException(
          "nobody keeps the reference index of '" + job.store() + "' here: try again");
    }
    try (Datastore datastore = settings.open(job)) {
      var view = new View(run.task(), job, datastore, collection);
      for (Namespace namespace : datastore.namespaces(
          job.start(), job.maxDepth() == null ? Namespace.MAX_DEPTH : job.maxDepth())) {
        for (GroupId group : datastore.groups(namespace)) {
          run.check();
          try {
            view.group(namespace, group);
          } catch (IOException e) {
            run.task()
                .warn("group " + namespace + ":\"" + group + "\" would stay as it is: "
                    + e.getMessage());
          }
        }
      }
      Files.createDirectories(status);
      Replace.file(
          status.resolve("prune-preview-" + job.id() + ".json"),
          Json.compact(view.end(run.task())),
          MODE);
      forecasts.put(job.id(), view.now.bytes());
    }
  }

  /** One preview being made. */
  private final class View {
    private final Task task;
    private final Job job;
    private final Datastore datastore;
    private final @Nullable Categories categories;
    private final @Nullable Categories approved;
    private final Release now;
    private final Release before;
    private final ObjectNode json = Json.object();
    private final ArrayNode groups = json.putArray("groups");
    private long removed;
    private long removedBefore;

    View(Task task, Job job, Datastore datastore, StoreCollection collection) throws IOException {
      this.task = task;
      this.job = job;
      this.datastore = datastore;
      categories = settings.categories(job);
      approved = settings.approved(job);
      var files = new StoreIndexFiles(datastore);
      now = new Release(files, collection.index());
      before = new Release(files, collection.index());
    }

    void group(Namespace namespace, GroupId group) throws IOException {
      Guest guest = Guest.read(datastore, namespace, group);
      Place place = categories == null ? null : categories.place(guest);
      var plan = plan(categories, guest);
      var planBefore = categories == null ? plan : plan(approved, guest);
      long frees = release(now, guest, plan);
      release(before, guest, planBefore);
      long remove = count(plan);
      removed += remove;
      removedBefore += count(planBefore);
      log(guest, place, plan);
      ObjectNode item = groups.addObject();
      item.put("ns", namespace.toString())
          .put("backup-type", group.type().toString())
          .put("backup-id", group.id())
          .put("name", guest.config().name())
          .put("snapshots", plan.size())
          .put("remove", remove)
          .put("remove-before", count(planBefore))
          .put("bytes", frees);
      if (place != null) item.put("category", place.name()).put("why", place.why());
    }

    private List<Verdict> plan(@Nullable Categories by, Guest guest) throws IOException {
      var keep = by == null ? job.keep() : by.rule(guest, job.keep()).keep();
      return Pruning.plan(datastore, guest.namespace(), guest.group(), keep);
    }

    private long release(Release release, Guest guest, List<Verdict> plan) throws IOException {
      var going = new ArrayList<String>();
      var staying = new ArrayList<String>();
      for (Verdict verdict : plan) {
        var snapshot = new SnapshotId(guest.group(), verdict.snapshot().time());
        (verdict.mark() == Mark.REMOVE ? going : staying)
            .add(EventData.subject(guest.namespace(), snapshot));
      }
      return going.isEmpty() ? 0 : release.group(going, staying);
    }

    private void log(Guest guest, @Nullable Place place, List<Verdict> plan) {
      task.log("Pruning group " + guest.namespace() + ":\"" + guest.group() + "\"");
      if (place != null) task.log(place.words());
      for (Verdict verdict : plan) {
        task.log("would " + verdict.mark() + " "
            + new SnapshotId(guest.group(), verdict.snapshot().time())
            + (verdict.rule() == null ? "" : " (" + verdict.rule() + ")"));
      }
    }

    ObjectNode end(Task log) {
      json.put("job", job.id())
          .put("store", job.store())
          .put("time", Instant.now().getEpochSecond())
          .put("remove", removed)
          .put("bytes", now.bytes())
          .put("remove-before", removedBefore)
          .put("bytes-before", before.bytes());
      if (categories != null) {
        json.put("digest", categories.digest()).put("approved", categories.equals(approved));
      }
      log.log("would remove " + removed + " snapshots, " + now.bytes() + " bytes; before "
          + removedBefore + " snapshots, " + before.bytes() + " bytes");
      return json;
    }
  }

  private static long count(List<Verdict> plan) {
    return plan.stream().filter(verdict -> verdict.mark() == Mark.REMOVE).count();
  }
}
