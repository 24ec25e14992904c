package io.reprise.datastore;

import java.util.Comparator;

/** A backup group within a namespace: {@code type/id} (datastore.md §1.2). */
public record GroupId(BackupType type, String id) implements Comparable<GroupId> {
  private static final Comparator<GroupId> ORDER =
      Comparator.comparing(GroupId::type).thenComparing(GroupId::id, GroupId::compareIds);

  public GroupId {
    if (!SafeId.matches(id)) {
      throw new InvalidName("backup id", id, "letters, digits, '.', '_' or '-', at most 255");
    }
  }

  /** @param text {@code type/id} */
  public static GroupId parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new InvalidName("backup group", text, "type/id, e.g. vm/100");
    }
    return new GroupId(BackupType.parse(text.substring(0, slash)), text.substring(slash + 1));
  }

  @Override
  public int compareTo(GroupId o) {
    return ORDER.compare(this, o);
  }

  /** {@code type/id}. */
  @Override
  public String toString() {
    return type + "/" + id;
  }

  /** Two numbers by value, numbers before text, text by bytes (all ids are ASCII). */
  private static int compareIds(String x, String y) {
    boolean numberX = isNumber(x);
    boolean numberY = isNumber(y);
    if (numberX && numberY) {
      int order = Long.compareUnsigned(Long.parseUnsignedLong(x), Long.parseUnsignedLong(y));
      return order == 0 ? x.compareTo(y) : order;
    }
    return numberX == numberY ? x.compareTo(y) : numberX ? -1 : 1;
  }

  private static boolean isNumber(String text) {
    if (!text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return false;
    }
    try {
      Long.parseUnsignedLong(text);
      return true;
    } catch (NumberFormatException tooLong) {
      return false;
    }
  }
}
