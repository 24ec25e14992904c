package io.reprise.datastore.calendar;

import io.reprise.datastore.InvalidName;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** When something is to happen again and again, as schedules say it: {@code mon..fri 8..17:0/15} (datastore.md §10). */
public final class CalendarEvent {
  private final String text;
  private final boolean utc;
  private final Pattern pattern;

  CalendarEvent(String text, boolean utc, Pattern pattern) {
    this.text = text;
    this.utc = utc;
    this.pattern = pattern;
  }

  /** @throws InvalidName if the text is no calendar event */
  public static CalendarEvent parse(String text) {
    return EventParser.parse(text);
  }

  /**
   * The first time that is later than {@code last}, in whole seconds; null if there is none.
   *
   * @param zone the server's time zone, which an event with the suffix UTC does not use
   */
  public @Nullable Instant next(Instant last, ZoneId zone) {
    return new NextTime(pattern, utc ? ZoneOffset.UTC : zone).after(last);
  }

  /** The text as it was parsed. */
  @Override
  public String toString() {
    return text;
  }
}
