package io.reprise.datastore.calendar;

/** A field of date or time: what numbers it takes, and where {@code *}{@code /step} begins (datastore.md §10.1). */
enum Field {
  YEAR(2200, 0),
  MONTH(13, 1),
  DAY(32, 1),
  HOUR(24, 0),
  MINUTE(60, 0),
  SECOND(60, 0);

  /** Numbers and steps are smaller than this. */
  final int limit;

  final int first;

  Field(int limit, int first) {
    this.limit = limit;
    this.first = first;
  }
}
