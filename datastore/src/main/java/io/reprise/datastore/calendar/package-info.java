/** Calendar events, as schedules are written (datastore.md §10): parsing and the next time; no clock, no timer. */
@NullMarked
package io.reprise.datastore.calendar;

import org.jspecify.annotations.NullMarked;
