package io.reprise.gc.prune;

import static io.reprise.platform.access.Privilege.DATASTORE_MODIFY;
import static io.reprise.platform.access.Privilege.DATASTORE_PRUNE;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.calendar.CalendarEvent;
import io.reprise.datastore.prune.KeepOptions;
import io.reprise.datastore.prune.KeepRule;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.DatastoreConfig;
import io.reprise.datastore.snapshot.DatastoreLayout;
import io.reprise.datastore.snapshot.GroupId;
import io.reprise.datastore.snapshot.Maintenance;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.datastore.snapshot.Namespace;
import io.reprise.platform.access.Rights;
import io.reprise.platform.config.ConfigDirectory;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.JobConfigs;
import io.reprise.platform.config.JobConfigs.File;
import io.reprise.platform.config.Section;
import io.reprise.platform.event.Events;
import io.reprise.platform.event.SnapshotRemoved;
import io.reprise.platform.job.JobKind;
import io.reprise.platform.job.JobRequest;
import io.reprise.platform.job.JobRun;
import io.reprise.platform.job.JobType;
import io.reprise.platform.prune.Pruning;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** The jobs of {@code prune.cfg} (datastore.md §8.3): a task {@code prunejob} each. */
public final class PruneJob implements JobKind {
  private final ConfigDirectory directory;
  private final JobConfigs jobs;
  private final Datastores configured;
  private final DatastoreLayout layout;
  private final Consumer<String> pruned;
  private final Pruning pruning;
  private final AtomicLong removed = new AtomicLong();

  /** @param pruned told the datastore after each run, so that what is no longer referenced is looked for */
  public PruneJob(
      ConfigDirectory directory,
      Datastores configured,
      DatastoreLayout layout,
      Events events,
      Consumer<String> pruned) {
    this.directory = directory;
    this.configured = configured;
    this.layout = layout;
    this.pruned = pruned;
    jobs = new JobConfigs(directory);
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
    for (Section job : jobs.now(File.PRUNE).sections().sections()) {
      if (job.is("disable", false) || keep(job).keepsAll()) continue;
      scheduled.add(new Scheduled(job.id(), CalendarEvent.parse(job.get("schedule", ""))));
    }
    return scheduled;
  }

  static KeepOptions keep(Section section) {
    KeepOptions keep = KeepOptions.KEEP_ALL;
    for (KeepRule rule : KeepRule.values()) {
      String count = section.get(rule.toString());
      if (count != null) {
        keep = keep.with(rule, (int) Math.min(Integer.MAX_VALUE, Long.parseLong(count)));
      }
    }
    return keep;
  }

  private Section job(String id) throws IOException {
    Section job = jobs.find(File.PRUNE, id);
    if (job == null) throw new InvalidName("prune job", id, "one that exists");
    return job;
  }

  @Override
  public String workerId(JobRequest request) throws IOException {
    Section job = job(request.name());
    String namespace = job.get("ns", "");
    return job.get("store") + (namespace.isEmpty() ? "" : ":" + namespace);
  }

  @Override
  public void run(JobRun run) throws IOException {
    run.begin("prune job '" + run.name() + "'");
    Section job = job(run.name());
    String depth = job.get("max-depth");
    var order = new Pruning.Order(
        Namespace.parse(job.get("ns", "")),
        depth == null ? null : Integer.valueOf(depth),
        keep(job),
        false,
        run.request().by());
    String store = job.get("store", "");
    try (Datastore datastore = open(store)) {
      if (!datastore.exists(order.start())) {
        throw new NoSuchFileException(
            order.start().toString(), null, "no such namespace in datastore '" + store + "'");
      }
      removed.addAndGet(
          pruning.datastore(run.task(), datastore, order, new Allowed(run, datastore)));
    } finally {
      pruned.accept(store);
    }
  }

  private Datastore open(String store) throws IOException {
    DatastoreConfig config = configured.find(store);
    if (config == null) throw new InvalidName("datastore", store, "one that exists");
    Maintenance maintenance = config.maintenance();
    String refusal = maintenance == null ? null : maintenance.refusal(store, Operation.WRITE);
    if (refusal != null) throw new IOException(refusal);
    return Datastore.open(config, layout);
  }

  /** Snapshots that the jobs of this process have removed. */
  public long removed() {
    return removed.get();
  }

  /** Groups that whoever asked for the run may prune (datastore.md §8.3). */
  private final class Allowed implements Pruning.Scope {
    private final JobRun run;
    private final Datastore datastore;
    private final Rights rights;

    Allowed(JobRun run, Datastore datastore) throws IOException {
      this.run = run;
      this.datastore = datastore;
      rights = Rights.read(directory, run.request().by());
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
    public void check() throws IOException {
      run.check();
    }
  }
}
