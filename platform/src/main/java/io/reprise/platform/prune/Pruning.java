package io.reprise.platform.prune;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.prune.Candidate;
import io.reprise.datastore.prune.KeepOptions;
import io.reprise.datastore.prune.KeepRule;
import io.reprise.datastore.prune.Mark;
import io.reprise.datastore.prune.Retention;
import io.reprise.datastore.prune.Verdict;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.platform.config.Section;
import io.reprise.platform.task.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Forgets what a retention rule does not keep, and logs it as a PBS does (datastore.md §8, config.md §8.4). */
public final class Pruning {
  private final Remover remover;

  /** The options of a section of a job or a category. */
  public static KeepOptions keep(Section section) {
    KeepOptions keep = KeepOptions.KEEP_ALL;
    for (KeepRule rule : KeepRule.values()) {
      String count = section.get(rule.toString());
      if (count != null) {
        keep = keep.with(rule, (int) Math.min(Integer.MAX_VALUE, Long.parseLong(count)));
      }
    }
    return keep;
  }

  /** Forgets one snapshot, and tells whoever wants to know. */
  @FunctionalInterface
  public interface Remover {
    void remove(Datastore datastore, Namespace namespace, SnapshotId snapshot, AuthId who)
        throws IOException;
  }

  public Pruning(Remover remover) {
    this.remover = remover;
  }

  /** What the rule says of a group's snapshots, oldest first. */
  public static List<Verdict> plan(
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
  public void group(
      Task task,
      Datastore datastore,
      Namespace namespace,
      GroupId group,
      KeepOptions keep,
      List<Verdict> plan,
      AuthId who) {
    if (keep.keepsAll()) {
      task.log(NO_SELECTION);
    } else {
      task.log("retention options: " + words(namespace, null, keep));
      task.log("Starting prune on " + words(datastore, namespace) + " group \"" + group + "\"");
    }
    for (Verdict verdict : plan) {
      var snapshot = new SnapshotId(group, verdict.snapshot().time());
      task.log(snapshot + " " + verdict.mark());
      if (verdict.mark() == Mark.REMOVE) remove(task, datastore, namespace, snapshot, who);
    }
  }

  /**
   * What is to be pruned, and how.
   *
   * @param maxDepth levels below the namespace; null for all
   * @param keep of groups for which nothing else is said
   * @param dryRun only says what it would do
   */
  public record Order(
      Namespace start, @Nullable Integer maxDepth, KeepOptions keep, boolean dryRun, AuthId who) {}

  /** Says of each group whether and how it is pruned. */
  public interface Scope {
    /** False for groups that whoever prunes may not touch. */
    boolean covers(Namespace namespace, GroupId group) throws IOException;

    /** The rule for a group. @param otherwise that of the order */
    default Rule rule(Namespace namespace, GroupId group, KeepOptions otherwise)
        throws IOException {
      return new Rule(otherwise, "");
    }

    /** Asked before each group. @throws IOException to go no further */
    default void check() throws IOException {}
  }

  /** @param reason a line for the log that says why it is this one; empty if there is no choice */
  public record Rule(KeepOptions keep, String reason) {}

  /**
   * Prunes the groups at and below a namespace. A group that cannot be read is a warning, and stays as it is.
   *
   * @return how many snapshots went, or in a dry run would
   */
  public long datastore(Task task, Datastore datastore, Order order, Scope scope)
      throws IOException {
    Integer depth = order.maxDepth();
    task.log("Starting datastore prune on " + words(datastore, order.start()) + ", "
        + depthWords(depth));
    if (order.dryRun()) task.log("(dry test run)");
    task.log(
        order.keep().keepsAll()
            ? NO_SELECTION
            : "retention options: " + words(order.start(), depth, order.keep()));
    long removed = 0;
    for (Namespace namespace :
        datastore.namespaces(order.start(), depth == null ? Namespace.MAX_DEPTH : depth)) {
      for (GroupId group : datastore.groups(namespace)) {
        task.checkAbort();
        scope.check();
        try {
          if (scope.covers(namespace, group)) {
            removed += prune(task, datastore, order, scope, namespace, group);
          }
        } catch (IOException e) {
          task.warn("group " + namespace + ":\"" + group + "\" stays as it is: " + e.getMessage());
        }
      }
    }
    return removed;
  }

  private long prune(
      Task task, Datastore datastore, Order order, Scope scope, Namespace namespace, GroupId group)
      throws IOException {
    Rule rule = scope.rule(namespace, group, order.keep());
    List<Verdict> plan = plan(datastore, namespace, group, rule.keep());
    task.log("Pruning group " + namespace + ":\"" + group + "\"");
    if (!rule.reason().isEmpty()) task.log(rule.reason());
    long removed = 0;
    for (Verdict verdict : plan) {
      var snapshot = new SnapshotId(group, verdict.snapshot().time());
      task.log((order.dryRun() ? "would " : "") + verdict.mark() + " " + snapshot);
      if (verdict.mark() != Mark.REMOVE) continue;
      if (order.dryRun() || remove(task, datastore, namespace, snapshot, order.who())) removed++;
    }
    return removed;
  }

  private boolean remove(
      Task task, Datastore datastore, Namespace namespace, SnapshotId snapshot, AuthId who) {
    try {
      remover.remove(datastore, namespace, snapshot, who);
      return true;
    } catch (IOException e) {
      task.warn("failed to remove dir \""
          + namespace.below(Path.of("")).resolve(snapshot.toString()) + "\": "
          + e.getMessage());
      return false;
    }
  }

  private static final String NO_SELECTION = "No prune selection - keeping all files.";

  private static String words(Namespace namespace, @Nullable Integer maxDepth, KeepOptions keep) {
    var words = new ArrayList<String>();
    if (!namespace.isRoot()) words.add("--ns " + namespace);
    if (maxDepth != null) words.add("--max-depth " + maxDepth);
    if (!keep.keepsAll()) words.add(words(keep));
    return String.join(" ", words);
  }

  /** As options, e.g. {@code --keep-last 2 --keep-daily 7}; empty if no rule is set. */
  public static String words(KeepOptions keep) {
    var words = new ArrayList<String>();
    for (KeepRule rule : KeepRule.values()) {
      Integer count = keep.count(rule);
      if (count != null) words.add("--" + rule + " " + count);
    }
    return String.join(" ", words);
  }

  private static String words(Datastore datastore, Namespace namespace) {
    return "datastore '" + datastore.name() + "', "
        + (namespace.isRoot() ? "root namespace" : "namespace '" + namespace + "'");
  }

  private static String depthWords(@Nullable Integer maxDepth) {
    if (maxDepth == null || maxDepth == Namespace.MAX_DEPTH) return "down to full depth";
    return maxDepth == 0 ? "non-recursive" : "to depth " + maxDepth;
  }
}
