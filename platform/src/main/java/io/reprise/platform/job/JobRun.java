package io.reprise.platform.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.platform.task.Task;
import io.reprise.platform.task.TaskAborted;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One run of a job, for those who do it. */
public final class JobRun {
  private final JobRequest request;
  private final Task task;
  private final Lease lease;
  private final BooleanSupplier stopping;
  private final boolean begun;

  /** @param begun somebody wrote the first line of the log already */
  JobRun(JobRequest request, Task task, Lease lease, BooleanSupplier stopping, boolean begun) {
    this.request = request;
    this.task = task;
    this.lease = lease;
    this.stopping = stopping;
    this.begun = begun;
  }

  public Task task() {
    return task;
  }

  public String name() {
    return request.name();
  }

  public JobRequest request() {
    return request;
  }

  public ObjectNode parameters() {
    return request.parameters();
  }

  /** Its first line of the log, unless it stands there already, and, if a schedule asked for it, the second. */
  public void begin(String firstLine) {
    if (begun) return;
    task.log(firstLine);
    @Nullable String schedule = request.schedule();
    if (schedule != null) task.log("task triggered by schedule '" + schedule + "'");
  }

  /**
   * Asked again and again by long work, and before what cannot be undone.
   *
   * @throws TaskAborted if somebody asked for the end
   * @throws LeaseLost if another replica may be at it
   * @throws IOException if this service stops
   */
  public void check() throws IOException {
    task.checkAbort();
    if (stopping.getAsBoolean()) throw new IOException("Server shutdown requested - aborting task");
    lease.require();
  }
}
