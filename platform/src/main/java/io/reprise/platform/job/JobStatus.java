package io.reprise.platform.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.platform.task.TaskEnd;
import io.reprise.platform.task.Upid;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job as PBS reports it (protocol.md §5.7, datastore.md §7.5).
 *
 * @param schedule null if it has none
 * @param nextRun null if it has no schedule, or none that comes again
 * @param lastTask null if it never ran
 * @param lastEnd null if it never ran, or runs
 */
public record JobStatus(
    @Nullable String schedule,
    @Nullable Instant nextRun,
    @Nullable Upid lastTask,
    @Nullable TaskEnd lastEnd) {
  /** Adds {@code next-run}, {@code last-run-upid}, {@code last-run-state} and {@code last-run-endtime}, as far as known. */
  public ObjectNode addTo(ObjectNode json) {
    if (nextRun != null) json.put("next-run", nextRun.getEpochSecond());
    if (lastTask != null) json.put("last-run-upid", lastTask.toString());
    if (lastEnd != null) {
      json.put("last-run-state", lastEnd.status());
      json.put("last-run-endtime", lastEnd.time());
    }
    return json;
  }
}
