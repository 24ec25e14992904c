package io.reprise.platform.task;

import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a task list is asked for (protocol.md §6.3).
 *
 * @param limit 0 for all
 * @param running only running tasks, or only ended ones, or both if null
 * @param kinds how it ended; empty for any
 * @param user part of the id of who started it
 * @param type part of the worker type
 * @param store tasks that work on this datastore
 * @param since earliest start, epoch seconds
 * @param until latest start
 * @param visible what the caller may see
 */
public record TaskFilter(
    long start,
    long limit,
    @Nullable Boolean running,
    Set<TaskEnd.Kind> kinds,
    @Nullable String user,
    @Nullable String type,
    @Nullable String store,
    @Nullable Long since,
    @Nullable Long until,
    Predicate<Upid> visible) {
  boolean matches(TaskEntry entry) {
    Upid upid = entry.upid();
    TaskEnd end = entry.end();
    if (running != null && running != (end == null)) return false;
    if (!kinds.isEmpty() && (end == null || !kinds.contains(end.kind()))) return false;
    if (user != null && !upid.authId().toString().contains(user)) return false;
    if (type != null && !upid.workerType().contains(type)) return false;
    if (store != null && !worksOn(upid, store)) return false;
    if (since != null && upid.startTime() < since) return false;
    if (until != null && upid.startTime() > until) return false;
    return visible.test(upid);
  }

  /** The worker id begins with the datastore, or, for sync jobs, names it among its parts. */
  private static boolean worksOn(Upid upid, String store) {
    String id = upid.workerId();
    if (id.equals(store) || id.startsWith(store + ":") || id.startsWith(store + "/")) return true;
    return upid.workerType().equals("syncjob") && (":" + id + ":").contains(":" + store + ":");
  }
}
