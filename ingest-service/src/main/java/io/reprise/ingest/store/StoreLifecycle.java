package io.reprise.ingest.store;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.Destruction;
import io.reprise.datastore.snapshot.Maintenance;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.platform.access.AccessControl;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.JobConfigs;
import io.reprise.platform.config.Section;
import io.reprise.platform.job.JobStates;
import io.reprise.platform.job.JobType;
import io.reprise.platform.task.Task;
import io.reprise.platform.task.Tasks;
import io.reprise.platform.task.Upid;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Datastores come and go: on disk, in the configuration, with their jobs and rights (datastore.md §1.1, §1.7, §12.2). */
@ApplicationScoped
class StoreLifecycle {
  private static final int JOB_ID_LENGTH = 32;
  private static final int CHUNK_DIRECTORIES = 65_536;
  private static final Map<JobConfigs.File, JobType> JOBS = Map.of(
      JobConfigs.File.PRUNE, JobType.PRUNE,
      JobConfigs.File.VERIFICATION, JobType.VERIFICATION,
      JobConfigs.File.SYNC, JobType.SYNC,
      JobConfigs.File.TAPE, JobType.TAPE_BACKUP);

  private final Datastores configured;
  private final Stores stores;
  private final JobConfigs jobs;
  private final JobStates states;
  private final AccessControl access;
  private final Tasks tasks;

  StoreLifecycle(
      Datastores configured,
      Stores stores,
      JobConfigs jobs,
      JobStates states,
      AccessControl access,
      Tasks tasks) {
    this.configured = configured;
    this.stores = stores;
    this.jobs = jobs;
    this.states = states;
    this.access = access;
    this.tasks = tasks;
  }

  /** The job that the old-style prune settings of a new datastore become. */
  static Section pruneJob(String store, String schedule) {
    String id = "default-" + store + "-" + UUID.randomUUID();
    return JobConfigs.section(JobConfigs.File.PRUNE, id.substring(0, JOB_ID_LENGTH))
        .set("store", store)
        .set("schedule", schedule);
  }

  /**
   * @param reuse there is a datastore on the disk, which is taken as it is
   * @return the task that does it
   */
  Upid create(Section section, @Nullable Section pruneJob, boolean reuse, AuthId who)
      throws IOException {
    return tasks.spawn("create-datastore", section.id(), who, task -> {
      var config = configured.config(section);
      if (reuse) Datastore.open(config, stores.layout()).close();
      else
        Datastore.create(config, stores.layout(), made -> percent(task, made)).close();
      configured.add(section);
      states.created(JobType.GARBAGE_COLLECTION, section.id());
      if (pruneJob != null) {
        jobs.add(JobConfigs.File.PRUNE, pruneJob);
        states.created(JobType.PRUNE, pruneJob.id());
      }
    });
  }

  private static void percent(Task task, int made) {
    int percent = made * 100 / CHUNK_DIRECTORIES;
    boolean next = percent > (made - 1) * 100 / CHUNK_DIRECTORIES;
    if (next && percent < 100) {
      task.checkAbort();
      task.log("Chunkstore create: " + percent + "%");
    }
  }

  void update(String name, @Nullable String digest, Datastores.Edit edit) throws IOException {
    String[] schedules = new String[2];
    configured.update(name, digest, section -> {
      schedules[0] = section.get("gc-schedule");
      edit.apply(section);
      schedules[1] = section.get("gc-schedule");
    });
    if (!Objects.equals(schedules[0], schedules[1])) {
      states.rescheduled(JobType.GARBAGE_COLLECTION, name);
    }
  }

  /** @return the task that does it */
  Upid remove(String name, boolean destroyData, boolean keepJobs, AuthId who) throws IOException {
    return tasks.spawn("delete-datastore", name, who, task -> {
      Path base = claim(name);
      boolean complete = true;
      if (destroyData) {
        task.log("Deleting datastore data...");
        complete = Destruction.content(base, task::warn, task::checkAbort);
      }
      task.log("Removing datastore from config...");
      configured.remove(name);
      stores.forget(name);
      if (!keepJobs) removeJobs(name);
      if (!destroyData) return;
      task.log(complete ? "Finished deleting data." : "There were errors deleting data.");
      if (Destruction.directory(base)) task.log("Removed empty datastore directory.");
      else task.warn("Datastore directory not empty, not deleting.");
    });
  }

  /** Nobody begins anything new in it from now on, and nobody is at it. */
  private Path claim(String name) throws IOException {
    String[] before = new String[1];
    Path[] base = new Path[1];
    configured.update(name, null, section -> {
      before[0] = section.get("maintenance-mode");
      base[0] = Path.of(section.get("path", ""));
      section.set("maintenance-mode", new Maintenance(Maintenance.Mode.DELETE, "").text());
    });
    if (stores.active(name, Operation.READ) + stores.active(name, Operation.WRITE) > 0) {
      configured.update(name, null, section -> section.set("maintenance-mode", before[0]));
      throw new IOException("datastore is currently in use");
    }
    return base[0];
  }

  private void removeJobs(String name) throws IOException {
    for (var job : JOBS.entrySet()) {
      for (String id : jobs.removeOf(job.getKey(), name)) states.removed(job.getValue(), id);
    }
    states.removed(JobType.GARBAGE_COLLECTION, name);
    access.changeAcl(null, tree -> tree.removePath("/datastore/" + name));
  }
}
