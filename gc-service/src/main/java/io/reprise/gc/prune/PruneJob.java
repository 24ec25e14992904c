package io.reprise.gc.prune;

import static io.reprise.platform.access.Privilege.DATASTORE_MODIFY;
import static io.reprise.platform.access.Privilege.DATASTORE_PRUNE;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.calendar.CalendarEvent;
import io.reprise.datastore.prune.KeepOptions;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.gc.prune.PruneSettings.Job;
import io.reprise.gc.store.ForeignCollection;
import io.reprise.platform.access.Rights;
import io.reprise.platform.event.Events;
import io.reprise.platform.event.SnapshotRemoved;
import io.reprise.platform.job.JobKind;
import io.reprise.platform.job.JobRequest;
import io.reprise.platform.job.JobRun;
import io.reprise.platform.job.JobType;
import io.reprise.platform.prune.Categories;
import io.reprise.platform.prune.Guest;
import io.reprise.platform.prune.Pruning;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The jobs of {@code prune.cfg} (datastore.md §8.3): a task {@code prunejob} each. */
public final class PruneJob implements JobKind {
  private final PruneSettings settings;
  private final Consumer<String> pruned;
  private final Pruning pruning;
  private final AtomicLong removed = new AtomicLong();

  /** @param pruned told the datastore after each run, so that what is no longer referenced is looked for */
  public PruneJob(PruneSettings settings, Events events, Consumer<String> pruned) {
    this.settings = settings;
    this.pruned = pruned;
    pruning = new Pruning((datastore, namespace, snapshot, who) -> {
      datastore.removeSnapshot(namespace, snapshot, who.toString());
      events.announce(new SnapshotRemoved(datastore.name(), namespace, snapshot, who));
    });
  }

  @Override
  public JobType type() {
    return JobType.PRUNE;
  }

  /** Without those that are disabled, or would keep everything. */
  @Override
  public List<Scheduled> scheduled() throws IOException {
    var scheduled = new ArrayList<Scheduled>();
    for (Job job : settings.jobs()) {
      if (job.enabled() && (!job.keep().keepsAll() || settings.categories(job) != null)) {
        scheduled.add(new Scheduled(job.id(), CalendarEvent.parse(job.schedule())));
      }
    }
    return scheduled;
  }

  @Override
  public String workerId(JobRequest request) throws IOException {
    return settings.job(request.name()).workerId();
  }

  @Override
  public void run(JobRun run) throws IOException {
    run.begin("prune job '" + run.name() + "'");
    Job job = settings.job(run.name());
    Categories categories = settings.categories(job);
    if (categories != null && !categories.equals(settings.approved(job))) {
      throw new IOException(
          "the categories were changed, and nobody has agreed yet to what that removes: see"
              + " 'reprise category preview " + job.id() + "'");
    }
    prune(run, job, categories, false);
  }

  /** @param categories null to go by the job's own options alone */
  void prune(JobRun run, Job job, @Nullable Categories categories, boolean dryRun)
      throws IOException {
    var order = new Pruning.Order(
        job.start(), job.maxDepth(), job.keep(), dryRun, run.request().by());
    try (Datastore datastore = settings.open(job)) {
      long went = pruning.datastore(
          run.task(), datastore, order, new Scope(run, datastore, categories, dryRun));
      if (!dryRun) removed.addAndGet(went);
    } finally {
      pruned.accept(job.store());
    }
  }

  /** Snapshots that the jobs of this process have removed. */
  public long removed() {
    return removed.get();
  }

  /** Groups that whoever asked for the run may prune (datastore.md §8.3), each by the rule for it. */
  private final class Scope implements Pruning.Scope {
    private final JobRun run;
    private final Datastore datastore;
    private final boolean dryRun;
    private final Rights rights;
    private final @Nullable Categories categories;

    Scope(JobRun run, Datastore datastore, @Nullable Categories categories, boolean dryRun)
        throws IOException {
      this.run = run;
      this.datastore = datastore;
      this.dryRun = dryRun;
      this.categories = categories;
      rights = Rights.read(settings.directory(), run.request().by());
    }

    @Override
    public boolean covers(Namespace namespace, GroupId group) throws IOException {
      AuthId owner;
      try {
        owner = datastore.owner(namespace, group);
      } catch (NoSuchFileException removedOrWithoutOwner) {
        return false;
      }
      String path = "/datastore/" + datastore.name() + (namespace.isRoot() ? "" : "/" + namespace);
      return rights.has(path, DATASTORE_MODIFY)
          || (rights.has(path, DATASTORE_PRUNE) && rights.id().owns(owner));
    }

    @Override
    public Pruning.Rule rule(Namespace namespace, GroupId group, KeepOptions otherwise)
        throws IOException {
      return PruneJob.rule(categories, datastore, namespace, group, otherwise);
    }

    @Override
    public void check() throws IOException {
      run.check();
      if (!dryRun) ForeignCollection.awaitEnd(datastore, run);
    }
  }

  /** The rule for one group. @param categories null if the job does not go by them */
  static Pruning.Rule rule(
      @Nullable Categories categories,
      Datastore datastore,
      Namespace namespace,
      GroupId group,
      KeepOptions otherwise)
      throws IOException {
    if (categories == null) return new Pruning.Rule(otherwise, "");
    return categories.rule(Guest.read(datastore, namespace, group), otherwise);
  }
}
