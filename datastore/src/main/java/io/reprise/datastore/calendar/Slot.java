package io.reprise.datastore.calendar;

/**
 * One value of a list: {@code first}, and every {@code step} from there up to {@code last}.
 *
 * @param step at least 1
 * @param last {@link #OPEN} for a value like {@code 5/20}: the numbers then go on beyond what its field can hold, and the
 *     time that carries over may jump past a slot, as with PBS (datastore.md §10.2)
 */
record Slot(int first, int step, int last) {
  static final int OPEN = Integer.MAX_VALUE;

  boolean contains(int value) {
    return value >= first && value <= last && (value - first) % step == 0;
  }

  /** The smallest number of this slot that is greater than {@code value}; {@link #OPEN} if there is none. */
  int after(int value) {
    if (value < first) return first;
    long next = first + ((long) (value - first) / step + 1) * step;
    return next > last ? OPEN : (int) next;
  }
}
