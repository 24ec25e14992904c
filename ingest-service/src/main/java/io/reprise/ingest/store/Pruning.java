package io.reprise.ingest.store;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.prune.Candidate;
import io.reprise.datastore.prune.KeepOptions;
import io.reprise.datastore.prune.KeepRule;
import io.reprise.datastore.prune.Mark;
import io.reprise.datastore.prune.Retention;
import io.reprise.datastore.prune.Verdict;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.GroupId;
import io.reprise.datastore.snapshot.Namespace;
import io.reprise.datastore.snapshot.SnapshotId;
import io.reprise.ingest.rest.Caller;
import io.reprise.platform.task.Task;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Forgets what a retention rule does not keep, and logs it as a PBS does (datastore.md §8, config.md §8.4). */
@ApplicationScoped
class Pruning {
  private final Removals removals;

  Pruning(Removals removals) {
    this.removals = removals;
  }

  /** What the rule says of a group's snapshots, oldest first. */
  static List<Verdict> plan(
      Datastore datastore, Namespace namespace, GroupId group, KeepOptions keep)
      throws IOException {
    var candidates = new ArrayList<Candidate>();
    for (SnapshotId snapshot : datastore.snapshots(namespace, group)) {
      candidates.add(new Candidate(
          snapshot.time(),
          datastore.isFinished(namespace, snapshot),
          datastore.isProtected(namespace, snapshot)));
    }
    return Retention.apply(candidates, keep, ZoneId.systemDefault());
  }

  /** Carries out the plan for one group. A snapshot that cannot be removed is a warning. */
  void group(
      Task task,
      Datastore datastore,
      Namespace namespace,
      GroupId group,
      KeepOptions keep,
      List<Verdict> plan,
      AuthId who) {
    if (logOptions(task, namespace, null, keep)) {
      task.log("Starting prune on " + words(datastore, namespace) + " group \"" + group + "\"");
    }
    for (Verdict verdict : plan) {
      var snapshot = new SnapshotId(group, verdict.snapshot().time());
      task.log(snapshot + " " + verdict.mark());
      if (verdict.mark() == Mark.REMOVE) remove(task, datastore, namespace, snapshot, who);
    }
  }

  /**
   * Prunes the groups at and below a namespace that the caller may prune; asks the task between them whether it is to
   * stop.
   *
   * @param maxDepth levels below the namespace; null for all
   * @param dryRun only says what it would do
   */
  void datastore(
      Task task,
      Datastore datastore,
      Namespace start,
      @Nullable Integer maxDepth,
      KeepOptions keep,
      boolean dryRun,
      Caller caller)
      throws IOException {
    task.log("Starting datastore prune on " + words(datastore, start) + ", " + depth(maxDepth));
    if (dryRun) task.log("(dry test run)");
    logOptions(task, start, maxDepth, keep);
    for (Namespace namespace :
        datastore.namespaces(start, maxDepth == null ? Namespace.MAX_DEPTH : maxDepth)) {
      var granted = GroupAccess.REMOVE.find(caller, datastore.name(), namespace);
      if (granted == null) continue;
      for (GroupId group : datastore.groups(namespace)) {
        task.checkAbort();
        AuthId owner = GroupAccess.ownerIfAny(datastore, namespace, group);
        if (owner == null || !granted.covers(owner)) continue;
        task.log("Pruning group " + namespace + ":\"" + group + "\"");
        for (Verdict verdict : plan(datastore, namespace, group, keep)) {
          var snapshot = new SnapshotId(group, verdict.snapshot().time());
          task.log((dryRun ? "would " : "") + verdict.mark() + " " + snapshot);
          if (verdict.mark() == Mark.REMOVE && !dryRun) {
            remove(task, datastore, namespace, snapshot, caller.id());
          }
        }
      }
    }
  }

  private void remove(
      Task task, Datastore datastore, Namespace namespace, SnapshotId snapshot, AuthId who) {
    try {
      removals.removeSnapshot(datastore, namespace, snapshot, who);
    } catch (IOException e) {
      task.warn("failed to remove dir \""
          + namespace.below(Path.of("")).resolve(snapshot.toString()) + "\": "
          + e.getMessage());
    }
  }

  /** @return false if nothing is to be removed at all */
  private static boolean logOptions(
      Task task, Namespace namespace, @Nullable Integer maxDepth, KeepOptions keep) {
    if (keep.keepsAll()) {
      task.log("No prune selection - keeping all files.");
      return false;
    }
    var words = new ArrayList<String>();
    if (!namespace.isRoot()) words.add("--ns " + namespace);
    if (maxDepth != null) words.add("--max-depth " + maxDepth);
    for (KeepRule rule : KeepRule.values()) {
      Integer count = keep.count(rule);
      if (count != null) words.add("--" + rule + " " + count);
    }
    task.log("retention options: " + String.join(" ", words));
    return true;
  }

  private static String words(Datastore datastore, Namespace namespace) {
    return "datastore '" + datastore.name() + "', "
        + (namespace.isRoot() ? "root namespace" : "namespace '" + namespace + "'");
  }

  private static String depth(@Nullable Integer maxDepth) {
    if (maxDepth == null || maxDepth == Namespace.MAX_DEPTH) return "down to full depth";
    return maxDepth == 0 ? "non-recursive" : "to depth " + maxDepth;
  }
}
