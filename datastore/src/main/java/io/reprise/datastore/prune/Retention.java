package io.reprise.datastore.prune;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The retention rule, applied to the snapshots of one group (datastore.md §8.1). */
public final class Retention {
  /** Newest first, as every rule looks at them. */
  private final List<Candidate> snapshots;

  private final LocalDateTime[] localTimes;
  private final @Nullable Mark[] marks;
  private final @Nullable KeepRule[] rules;

  private Retention(Collection<Candidate> group, ZoneId zone) {
    snapshots = group.stream()
        .sorted(Comparator.comparingLong(Candidate::time).reversed())
        .toList();
    localTimes = snapshots.stream()
        .map(s -> LocalDateTime.ofInstant(Instant.ofEpochSecond(s.time()), zone))
        .toArray(LocalDateTime[]::new);
    marks = new Mark[snapshots.size()];
    rules = new KeepRule[snapshots.size()];
  }

  /**
   * @param group all snapshots of one group, in any order
   * @param zone the server's time zone: where days and weeks begin
   * @return one verdict for each snapshot, oldest first: the order in which the removed ones are to go
   */
  public static List<Verdict> apply(Collection<Candidate> group, KeepOptions options, ZoneId zone) {
    var retention = new Retention(group, zone);
    if (options.keepsAll()) {
      Arrays.fill(retention.marks, Mark.KEEP);
    } else {
      retention.markUnfinished();
      for (KeepRule rule : KeepRule.values()) {
        Integer count = options.count(rule);
        if (count != null) retention.mark(rule, count);
      }
    }
    return retention.verdicts();
  }

  private void markUnfinished() {
    for (int i = 0; i < marks.length; i++) {
      if (!snapshots.get(i).finished()) marks[i] = i == 0 ? Mark.KEEP_PARTIAL : Mark.REMOVE;
    }
  }

  /** A period that an earlier rule already keeps a snapshot of is not counted, and not cleared either. */
  private void mark(KeepRule rule, int count) {
    var covered = new HashSet<Object>();
    for (int i = 0; i < marks.length; i++) {
      if (marks[i] == Mark.KEEP) covered.add(period(rule, i));
    }
    var kept = new HashSet<Object>();
    for (int i = 0; i < marks.length; i++) {
      if (marks[i] != null) continue;
      if (snapshots.get(i).locked()) {
        marks[i] = Mark.PROTECTED;
        continue;
      }
      Object period = period(rule, i);
      if (covered.contains(period)) continue;
      if (kept.contains(period)) {
        marks[i] = Mark.REMOVE;
      } else if (kept.size() < count) {
        kept.add(period);
        marks[i] = Mark.KEEP;
        rules[i] = rule;
      } else {
        return;
      }
    }
  }

  private Object period(KeepRule rule, int i) {
    return rule.period(localTimes[i], snapshots.get(i).time());
  }

  private List<Verdict> verdicts() {
    return IntStream.range(0, marks.length).mapToObj(this::verdict).toList().reversed();
  }

  private Verdict verdict(int i) {
    Candidate snapshot = snapshots.get(i);
    if (snapshot.locked()) return new Verdict(snapshot, Mark.PROTECTED, null);
    Mark mark = marks[i];
    return new Verdict(snapshot, mark == null ? Mark.REMOVE : mark, rules[i]);
  }
}
