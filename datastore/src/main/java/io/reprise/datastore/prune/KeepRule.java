package io.reprise.datastore.prune;

import java.time.LocalDateTime;
import java.time.temporal.IsoFields;

/** The rules that keep snapshots, in the order in which they are asked (datastore.md §8.1). */
public enum KeepRule {
  LAST,
  HOURLY,
  DAILY,
  WEEKLY,
  MONTHLY,
  YEARLY;

  /**
   * The period that a time lies in; of each period a rule keeps one snapshot. By the wall clock: the hour that a clock
   * turned back shows twice is one period.
   */
  Object period(LocalDateTime time, long epochSeconds) {
    return switch (this) {
      case LAST -> epochSeconds;
      case HOURLY -> time.toLocalDate().atTime(time.getHour(), 0);
      case DAILY -> time.toLocalDate();
      case WEEKLY ->
        new Week(time.get(IsoFields.WEEK_BASED_YEAR), time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
      case MONTHLY -> time.toLocalDate().withDayOfMonth(1);
      case YEARLY -> time.getYear();
    };
  }

  /** ISO 8601: weeks begin on Monday, and the first one of a year has its first Thursday. */
  private record Week(int year, int week) {}

  /** The option that sets it, e.g. {@code keep-daily}. */
  @Override
  public String toString() {
    return switch (this) {
      case LAST -> "keep-last";
      case HOURLY -> "keep-hourly";
      case DAILY -> "keep-daily";
      case WEEKLY -> "keep-weekly";
      case MONTHLY -> "keep-monthly";
      case YEARLY -> "keep-yearly";
    };
  }
}
