package io.reprise.datastore.calendar;

import java.time.DayOfWeek;
import java.util.Set;

/** What a calendar event matches: all of these at once, on the wall clock of its zone. */
record Pattern(Set<DayOfWeek> weekdays, Date date, Time time) {
  record Date(Slots years, Slots months, Slots days) {
    static final Date ANY = new Date(Slots.ANY, Slots.ANY, Slots.ANY);

    /** The first day of these months. */
    static Date firstOf(Slots months) {
      return new Date(Slots.ANY, months, Slots.of(1));
    }
  }

  record Time(Slots hours, Slots minutes, Slots seconds) {
    static final Time MIDNIGHT = new Time(Slots.of(0), Slots.of(0), Slots.of(0));

    /** At these minutes of every hour. */
    static Time hourly(Slots minutes) {
      return new Time(Slots.ANY, minutes, Slots.of(0));
    }
  }
}
