package io.reprise.gc.sweep;

/**
 * What was read at the same place of the index files before. Most of a snapshot is at the place where it was in the one
 * before it, and to see that here, in order, is far cheaper than to look for it in a set of millions.
 */
final class RecentHeads {
  private static final int SIZE = 1 << 18;

  private final long[] heads = new long[SIZE];
  private int at;

  /** @param path of the next file; files of one name share their places */
  void begin(String path) {
    at = path.substring(path.lastIndexOf('/') + 1).hashCode();
  }

  /** @return false if this very head was read before; then it is known already */
  boolean isNew(long head) {
    int place = at++ & (SIZE - 1);
    if (heads[place] == head && head != 0) return false;
    heads[place] = head;
    return true;
  }
}
