package io.reprise.gc.prune;

import io.reprise.datastore.InvalidName;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.prune.KeepOptions;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.DatastoreConfig;
import io.reprise.datastore.snapshot.DatastoreLayout;
import io.reprise.datastore.snapshot.Maintenance;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.platform.config.ConfigDirectory;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.JobConfigs;
import io.reprise.platform.config.JobConfigs.File;
import io.reprise.platform.config.RepriseConfig;
import io.reprise.platform.config.Section;
import io.reprise.platform.job.JobRequest;
import io.reprise.platform.prune.Approvals;
import io.reprise.platform.prune.Categories;
import io.reprise.platform.prune.Pruning;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What prune jobs are configured to do, as it is now. */
public final class PruneSettings {
  private final ConfigDirectory directory;
  private final RepriseConfig own;
  private final JobConfigs jobs;
  private final Datastores configured;
  private final DatastoreLayout layout;
  private final Approvals approvals;

  public PruneSettings(ConfigDirectory directory, DatastoreLayout layout) {
    this.directory = directory;
    this.layout = layout;
    own = new RepriseConfig(directory);
    jobs = new JobConfigs(directory);
    configured = new Datastores(directory, own);
    approvals = new Approvals(layout.state());
  }

  ConfigDirectory directory() {
    return directory;
  }

  /** A prune job. @param maxDepth null for all levels below the namespace */
  record Job(
      String id,
      String store,
      Namespace start,
      @Nullable Integer maxDepth,
      KeepOptions keep,
      String schedule,
      boolean enabled) {
    private static Job of(Section job) {
      String depth = job.get("max-depth");
      return new Job(
          job.id(),
          job.get("store", ""),
          Namespace.parse(job.get("ns", "")),
          depth == null ? null : Integer.valueOf(depth),
          Pruning.keep(job),
          job.get("schedule", ""),
          !job.is("disable", false));
    }

    /**
     * What an event asks for on demand: its name is the datastore's, its parameters are a job's settings.
     *
     * @throws InvalidName if they are no such settings
     */
    static Job asked(JobRequest request) {
      var section = new Section("prune", request.name()).set("store", request.name());
      request
          .parameters()
          .properties()
          .forEach(each -> section.set(each.getKey(), each.getValue().asText()));
      try {
        return of(section);
      } catch (IllegalArgumentException e) {
        throw new InvalidName(
            "request to prune", request.parameters().toString(), String.valueOf(e.getMessage()));
      }
    }

    String workerId() {
      return start.isRoot() ? store : store + ":" + start;
    }
  }

  List<Job> jobs() throws IOException {
    return jobs.now(File.PRUNE).sections().sections().stream().map(Job::of).toList();
  }

  /** @throws InvalidName if there is none of that id */
  Job job(String id) throws IOException {
    Section job = jobs.find(File.PRUNE, id);
    if (job == null) throw new InvalidName("prune job", id, "one that exists");
    return Job.of(job);
  }

  /** @return null if the job does not go by categories */
  @Nullable
  Categories categories(Job job) throws IOException {
    return own.usesCategories(job.store(), job.id()) ? Categories.of(own.categories()) : null;
  }

  /** Those whose effect somebody agreed to; null if never. */
  @Nullable
  Categories approved(Job job) throws IOException {
    return approvals.find(job.id());
  }

  /** @throws IOException if it may not be changed now, or the job's namespace is not there */
  Datastore open(Job job) throws IOException {
    DatastoreConfig config = configured.find(job.store());
    if (config == null) throw new InvalidName("datastore", job.store(), "one that exists");
    Maintenance maintenance = config.maintenance();
    String refusal = maintenance == null ? null : maintenance.refusal(job.store(), Operation.WRITE);
    if (refusal != null) throw new IOException(refusal);
    Datastore datastore = Datastore.open(config, layout);
    if (datastore.exists(job.start())) return datastore;
    datastore.close();
    throw new NoSuchFileException(
        job.start().toString(), null, "no such namespace in datastore '" + job.store() + "'");
  }
}
