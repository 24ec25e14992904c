package io.reprise.datastore.calendar;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Finds the next time that matches, as PBS does: each step mends the coarsest field that does not match, sets those below
 * it to their beginning, and looks again (datastore.md §10.2). A local time that a clock put forward leaves out is moved
 * behind the gap, where it usually matches no more, so that day is skipped; of one that is shown twice only the first
 * counts.
 */
final class NextTime {
  private static final int STEPS = 1001;

  private static final Instant FIRST = Instant.parse("0000-01-02T00:00:00Z");

  /** Behind any event that people write; a step of years without an end goes on. */
  private static final Instant LAST = Instant.parse("9999-12-30T00:00:00Z");

  private final Pattern pattern;
  private final ZoneId zone;

  NextTime(Pattern pattern, ZoneId zone) {
    this.pattern = pattern;
    this.zone = zone;
  }

  @Nullable
  Instant after(Instant last) {
    Instant from = last.isBefore(FIRST) ? FIRST : last;
    if (from.isAfter(LAST)) return null;
    LocalDateTime time = start(from.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1));
    for (int i = 0; i < STEPS; i++) {
      LocalDateTime next = mended(time);
      if (next == null) return null;
      if (next.equals(time)) return time.atZone(zone).toInstant();
      time = next.atZone(zone).toLocalDateTime();
    }
    return null;
  }

  /** Where a clock has been put back, the hour that it shows again is over already. */
  private LocalDateTime start(Instant instant) {
    ZonedDateTime time = instant.atZone(zone);
    return time.equals(time.withEarlierOffsetAtOverlap())
        ? time.toLocalDateTime()
        : zone.getRules().getTransition(time.toLocalDateTime()).getDateTimeBefore();
  }

  /** The time itself if everything matches; null if no year can. */
  private @Nullable LocalDateTime mended(LocalDateTime time) {
    Pattern.Date date = pattern.date();
    if (!date.years().contains(time.getYear())) {
      OptionalInt year = date.years().after(time.getYear());
      return year.isEmpty() ? null : LocalDateTime.of(year.getAsInt(), 1, 1, 0, 0);
    }
    LocalDateTime year = time.truncatedTo(ChronoUnit.DAYS).withDayOfYear(1);
    if (!date.months().contains(time.getMonthValue())) {
      OptionalInt month = date.months().after(time.getMonthValue());
      return month.isEmpty() ? year.plusYears(1) : year.plusMonths(month.getAsInt() - 1L);
    }
    LocalDateTime day = time.truncatedTo(ChronoUnit.DAYS);
    if (!date.days().contains(time.getDayOfMonth())) {
      OptionalInt next = date.days().after(time.getDayOfMonth());
      return next.isEmpty()
          ? day.withDayOfMonth(1).plusMonths(1)
          : day.plusDays(next.getAsInt() - time.getDayOfMonth());
    }
    if (!pattern.weekdays().contains(time.getDayOfWeek())) return nextWeekday(day);

    Pattern.Time clock = pattern.time();
    if (!clock.hours().contains(time.getHour())) {
      OptionalInt hour = clock.hours().after(time.getHour());
      return hour.isEmpty() ? day.plusDays(1) : day.plusHours(hour.getAsInt());
    }
    LocalDateTime hour = time.truncatedTo(ChronoUnit.HOURS);
    if (!clock.minutes().contains(time.getMinute())) {
      OptionalInt minute = clock.minutes().after(time.getMinute());
      return minute.isEmpty() ? hour.plusHours(1) : hour.plusMinutes(minute.getAsInt());
    }
    LocalDateTime minute = time.truncatedTo(ChronoUnit.MINUTES);
    if (!clock.seconds().contains(time.getSecond())) {
      OptionalInt second = clock.seconds().after(time.getSecond());
      return second.isEmpty() ? minute.plusMinutes(1) : minute.plusSeconds(second.getAsInt());
    }
    return time;
  }

  /** Later in this week, or else its end: Monday is looked at again then. */
  private LocalDateTime nextWeekday(LocalDateTime day) {
    LocalDateTime next = day.plusDays(1);
    while (next.getDayOfWeek() != DayOfWeek.MONDAY
        && !pattern.weekdays().contains(next.getDayOfWeek())) {
      next = next.plusDays(1);
    }
    return next;
  }
}
