package io.reprise.datastore.calendar;

import io.reprise.datastore.InvalidName;
import io.reprise.datastore.calendar.Pattern.Date;
import io.reprise.datastore.calendar.Pattern.Time;
import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the grammar of datastore.md §10.1, its oddities included. A method that tries a part returns null where that part
 * is not, and has consumed nothing then.
 */
final class EventParser {
  private static final String UTC = "UTC";
  private static final Set<DayOfWeek> ALL_DAYS = Set.of(DayOfWeek.values());

  private final String text;
  private int at;

  private EventParser(String text) {
    this.text = text;
  }

  /** @throws InvalidName if the text is no calendar event */
  static CalendarEvent parse(String whole) {
    boolean utc = whole.endsWith(UTC);
    String text = whole;
    if (utc) {
      int end = whole.length() - UTC.length();
      while (end > 0 && whole.charAt(end - 1) == ' ') end--;
      text = whole.substring(0, end);
    }
    Pattern pattern = special(text);
    if (pattern == null) pattern = new EventParser(text).pattern();
    if (pattern == null) {
      throw new InvalidName(
          "calendar event", whole, "for example: daily, mon..fri 8..17:0/15, sat *-1..7 02:30");
    }
    return new CalendarEvent(whole, utc, pattern);
  }

  private static @Nullable Pattern special(String word) {
    return switch (word) {
      case "minutely" -> new Pattern(ALL_DAYS, Date.ANY, Time.hourly(Slots.ANY));
      case "hourly" -> new Pattern(ALL_DAYS, Date.ANY, Time.hourly(Slots.of(0)));
      case "daily" -> new Pattern(ALL_DAYS, Date.ANY, Time.MIDNIGHT);
      case "weekly" -> new Pattern(Set.of(DayOfWeek.MONDAY), Date.ANY, Time.MIDNIGHT);
      case "monthly" -> firstOf(Slots.ANY);
      case "quarterly" -> firstOf(Slots.of(1, 4, 7, 10));
      case "semiannually", "semi-annually" -> firstOf(Slots.of(1, 7));
      case "yearly", "annually" -> firstOf(Slots.of(1));
      default -> null;
    };
  }

  private static Pattern firstOf(Slots months) {
    return new Pattern(ALL_DAYS, Date.firstOf(months), Time.MIDNIGHT);
  }

  private @Nullable Pattern pattern() {
    if (text.isEmpty() || text.startsWith(" ") || text.endsWith(" ")) return null;
    if (!text.chars().allMatch(c -> c < 0x80)) return null;
    Set<DayOfWeek> weekdays = weekdays();
    skipSpaces();
    Date date = date();
    skipSpaces();
    Time time = at == text.length() ? Time.MIDNIGHT : time();
    return at == text.length() && time != null
        ? new Pattern(weekdays == null ? ALL_DAYS : weekdays, date == null ? Date.ANY : date, time)
        : null;
  }

  private @Nullable Set<DayOfWeek> weekdays() {
    int start = at;
    var days = EnumSet.noneOf(DayOfWeek.class);
    do {
      DayOfWeek first = weekday();
      DayOfWeek last = first != null && take("..") ? weekday() : first;
      if (first == null || last == null) return back(start);
      for (DayOfWeek day = first; day != last; day = day.plus(1)) days.add(day);
      days.add(last);
    } while (take(","));
    return days;
  }

  private @Nullable DayOfWeek weekday() {
    for (DayOfWeek day : DayOfWeek.values()) {
      String name = day.name();
      if (take(name) || take(name.substring(0, 3))) return day;
    }
    return null;
  }

  private @Nullable Date date() {
    int start = at;
    Slots years = listBefore(Field.YEAR, "-");
    Slots months = years == null ? null : listBefore(Field.MONTH, "-");
    if (years == null || months == null) {
      at = start;
      years = Slots.ANY;
      months = listBefore(Field.MONTH, "-");
    }
    Slots days = months == null ? null : list(Field.DAY);
    return months == null || days == null ? back(start) : new Date(years, months, days);
  }

  private @Nullable Time time() {
    Slots hours = listBefore(Field.HOUR, ":");
    // PBS takes 24:00, as minute 24 and second 0: what is no hour is tried as a minute.
    Slots minutes = list(Field.MINUTE);
    if (minutes == null) return null;
    Slots seconds = take(":") ? list(Field.SECOND) : Slots.of(0);
    return seconds == null ? null : new Time(hours == null ? Slots.ANY : hours, minutes, seconds);
  }

  /** A list and the delimiter behind it. */
  private @Nullable Slots listBefore(Field field, String delimiter) {
    int start = at;
    Slots slots = list(field);
    return slots != null && take(delimiter) ? slots : back(start);
  }

  private @Nullable Slots list(Field field) {
    int start = at;
    if (take("*")) {
      if (!take("/")) return Slots.ANY;
      int step = number(field);
      return step > 0 ? new Slots(List.of(new Slot(field.first, step, Slot.OPEN))) : back(start);
    }
    var slots = new ArrayList<Slot>();
    do {
      Slot slot = slot(field);
      if (slot == null) return back(start);
      slots.add(slot);
    } while (take(","));
    return new Slots(List.copyOf(slots));
  }

  private @Nullable Slot slot(Field field) {
    int first = number(field);
    int last = take("..") ? number(field) : Slot.OPEN;
    boolean repeated = take("/");
    int step = repeated ? number(field) : 1;
    if (first < 0 || last < first || step < 0) return null;
    if (repeated && step > 0) return new Slot(first, step, last);
    // The step 0 repeats nothing.
    return new Slot(first, 1, repeated || last == Slot.OPEN ? first : last);
  }

  /** -1 if there is no number here, or one that the field cannot have. */
  private int number(Field field) {
    int start = at;
    int value = 0;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      value = value * 10 + text.charAt(at++) - '0';
      if (value >= field.limit) return -1;
    }
    return at == start ? -1 : value;
  }

  private void skipSpaces() {
    while (take(" ")) {}
  }

  /** Consumes the word if it comes next, in any case. */
  private boolean take(String word) {
    if (!text.regionMatches(true, at, word, 0, word.length())) return false;
    at += word.length();
    return true;
  }

  private <T> @Nullable T back(int start) {
    at = start;
    return null;
  }
}
