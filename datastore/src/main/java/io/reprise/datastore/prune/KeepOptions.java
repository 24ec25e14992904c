package io.reprise.datastore.prune;

import org.jspecify.annotations.Nullable;

/**
 * How many snapshots each rule keeps: null where the rule is not set, else at least 1 (datastore.md §8.1). With none set,
 * everything is kept.
 */
public record KeepOptions(
    @Nullable Integer last,
    @Nullable Integer hourly,
    @Nullable Integer daily,
    @Nullable Integer weekly,
    @Nullable Integer monthly,
    @Nullable Integer yearly) {
  public static final KeepOptions KEEP_ALL = new KeepOptions(null, null, null, null, null, null);

  /** @throws IllegalArgumentException if a count is less than 1 */
  public KeepOptions {
    check(KeepRule.LAST, last);
    check(KeepRule.HOURLY, hourly);
    check(KeepRule.DAILY, daily);
    check(KeepRule.WEEKLY, weekly);
    check(KeepRule.MONTHLY, monthly);
    check(KeepRule.YEARLY, yearly);
  }

  /** These options, with one rule's count set anew; null takes the rule away. */
  public KeepOptions with(KeepRule rule, @Nullable Integer count) {
    return new KeepOptions(
        rule == KeepRule.LAST ? count : last,
        rule == KeepRule.HOURLY ? count : hourly,
        rule == KeepRule.DAILY ? count : daily,
        rule == KeepRule.WEEKLY ? count : weekly,
        rule == KeepRule.MONTHLY ? count : monthly,
        rule == KeepRule.YEARLY ? count : yearly);
  }

  public @Nullable Integer count(KeepRule rule) {
    return switch (rule) {
      case LAST -> last;
      case HOURLY -> hourly;
      case DAILY -> daily;
      case WEEKLY -> weekly;
      case MONTHLY -> monthly;
      case YEARLY -> yearly;
    };
  }

  /** True if no rule is set: then nothing is removed. */
  public boolean keepsAll() {
    return equals(KEEP_ALL);
  }

  private static void check(KeepRule rule, @Nullable Integer count) {
    if (count != null && count < 1) {
      throw new IllegalArgumentException(rule + " must be at least 1, not " + count);
    }
  }
}
