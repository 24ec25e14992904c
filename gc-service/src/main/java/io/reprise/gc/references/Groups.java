package io.reprise.gc.references;

import io.reprise.gc.references.Tables.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The groups by number, all in memory: there are thousands, not millions. Not safe for several threads. */
final class Groups {
  private final Map<Integer, GroupSpace> byNumber = new HashMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private int next = 1;

  static Groups load(Tables tables) throws IOException {
    var groups = new Groups();
    try (var all = tables.iterator(Table.GROUPS)) {
      for (all.seekToFirst(); all.isValid(); all.next()) {
        groups.add(Keys.group(all.key()), GroupSpace.decode(all.value()));
      }
      Tables.check(all);
    }
    return groups;
  }

  private void add(int number, GroupSpace space) {
    byNumber.put(number, space);
    numbers.put(space.name(), number);
    next = Math.max(next, number + 1);
  }

  GroupSpace of(int number) {
    GroupSpace space = byNumber.get(number);
    if (space == null) throw new IllegalStateException("group number " + number + " has no name");
    return space;
  }

  /** The group's number; a new one is written with the step that first uses it. */
  int number(String name, Changes step) throws IOException {
    Integer known = numbers.get(name);
    if (known != null) return known;
    int number = next;
    var space = new GroupSpace(name);
    add(number, space);
    step.put(Table.GROUPS, Keys.group(number), space.encode());
    return number;
  }

  List<Space> spaces() {
    var spaces = new ArrayList<Space>();
    for (GroupSpace space : byNumber.values()) {
      if (!space.isEmpty()) spaces.add(space.toSpace());
    }
    return spaces;
  }
}
