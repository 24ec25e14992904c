package io.reprise.gc.prune;

import io.reprise.gc.prune.PruneSettings.Job;
import io.reprise.platform.job.JobKind;
import io.reprise.platform.job.JobRequest;
import io.reprise.platform.job.JobRun;
import io.reprise.platform.job.JobType;
import java.io.IOException;
import java.util.List;

/**
 * The task {@code prune} of a datastore or a namespace that an event from outside asks for. Its parameters are those of
 * {@code POST …/prune-datastore}, which itself runs in the service that takes it (protocol.md §5.2).
 */
public final class PruneNow implements JobKind {
  private final PruneJob jobs;

  public PruneNow(PruneJob jobs) {
    this.jobs = jobs;
  }

  @Override
  public JobType type() {
    return JobType.PRUNE_NOW;
  }

  @Override
  public List<Scheduled> scheduled() {
    return List.of();
  }

  @Override
  public String workerId(JobRequest request) {
    Job asked = Job.asked(request);
    return asked.store() + ":" + asked.start();
  }

  @Override
  public void run(JobRun run) throws IOException {
    boolean dryRun = run.parameters().path("dry-run").asBoolean();
    jobs.prune(run, Job.asked(run.request()), null, dryRun);
  }
}
