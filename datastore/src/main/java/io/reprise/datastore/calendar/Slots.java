package io.reprise.datastore.calendar;

import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** The numbers that a field may have; an empty list means any. */
record Slots(List<Slot> slots) {
  static final Slots ANY = new Slots(List.of());

  static Slots of(int... numbers) {
    return new Slots(IntStream.of(numbers).mapToObj(n -> new Slot(n, 1, n)).toList());
  }

  boolean contains(int value) {
    return slots.isEmpty() || slots.stream().anyMatch(slot -> slot.contains(value));
  }

  /** The smallest listed number that is greater. */
  OptionalInt after(int value) {
    return slots.stream()
        .mapToInt(slot -> slot.after(value))
        .filter(next -> next != Slot.OPEN)
        .min();
  }
}
