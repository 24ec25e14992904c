package io.reprise.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The tree of command words. An unambiguous prefix is enough at every level (cli.md §2.1). Words that PBS's client knows
 * are tried first, so that our own ones never take a prefix away that is already in somebody's fingers.
 */
public final class Words {
  /** A node: either further words, or an action. */
  public sealed interface Word {
    String summary();
  }

  /** @param action makes the command; called only for the command that runs, to keep the start quick */
  public record Leaf(String summary, Supplier<? extends Action> action) implements Word {}

  /** Words below a word. */
  public static final class Group implements Word {
    private final String summary;
    private final Map<String, Word> pbs = new LinkedHashMap<>();
    private final Map<String, Word> ours = new LinkedHashMap<>();
    private final Map<String, List<String>> aliases = new LinkedHashMap<>();

    Group(String summary) {
      this.summary = summary;
    }

    @Override
    public String summary() {
      return summary;
    }

    /** A command of PBS's client. */
    public Group pbs(String name, String summary, Supplier<? extends Action> action) {
      pbs.put(name, new Leaf(summary, action));
      return this;
    }

    /** A command that PBS's client does not have. */
    public Group ours(String name, String summary, Supplier<? extends Action> action) {
      ours.put(name, new Leaf(summary, action));
      return this;
    }

    public Group pbsGroup(String name, String summary) {
      var group = new Group(summary);
      pbs.put(name, group);
      return group;
    }

    public Group oursGroup(String name, String summary) {
      var group = new Group(summary);
      ours.put(name, group);
      return group;
    }

    /** Another name for a path of words. */
    public Group alias(String name, String... path) {
      aliases.put(name, List.of(path));
      return this;
    }

    /** All names with their nodes, PBS's first; aliases are left out. */
    public Map<String, Word> words() {
      var all = new LinkedHashMap<>(pbs);
      all.putAll(ours);
      return all;
    }

    /** Every word that may stand here, aliases too. */
    List<String> names() {
      var names = new ArrayList<>(words().keySet());
      names.addAll(aliases.keySet());
      return names;
    }

    private List<String> matches(String typed) {
      if (pbs.containsKey(typed) || ours.containsKey(typed) || aliases.containsKey(typed)) {
        return List.of(typed);
      }
      for (var names : List.of(pbs.keySet(), aliases.keySet(), ours.keySet())) {
        var found = names.stream().filter(name -> name.startsWith(typed)).toList();
        if (!found.isEmpty()) return found;
      }
      return List.of();
    }
  }

  /**
   * What the first words of a command line mean.
   *
   * @param path the words in full, e.g. {@code [snapshot, list]}
   * @param rest the arguments behind them
   */
  public record Found(Word word, List<String> path, List<String> rest) {}

  private final Group root;

  public Words(String summary) {
    root = new Group(summary);
  }

  public Group root() {
    return root;
  }

  /**
   * Follows the words as far as they go. The result is a {@link Group} when words are missing.
   *
   * @throws UsageError for an unknown or ambiguous word
   */
  public Found find(List<String> arguments) {
    Word at = root;
    var path = new ArrayList<String>();
    int used = 0;
    while (at instanceof Group group
        && used < arguments.size()
        && !arguments.get(used).startsWith("-")) {
      String name = resolve(group, arguments.get(used++), path);
      List<String> alias = group.aliases.get(name);
      for (String step : alias == null ? List.of(name) : alias) {
        path.add(step);
        at = ((Group) at).words().get(step);
        if (at == null) throw new IllegalStateException("alias " + name + " leads nowhere");
      }
    }
    return new Found(at, List.copyOf(path), arguments.subList(used, arguments.size()));
  }

  private static String resolve(Group group, String typed, List<String> path) {
    List<String> names = group.matches(typed);
    if (names.size() == 1) return names.get(0);
    String shown = String.join(" ", path) + (path.isEmpty() ? "" : " ") + typed;
    throw new UsageError(
        names.isEmpty()
            ? "no such command '" + shown + "'"
            : "'" + shown + "' may mean " + String.join(", ", names));
  }

  /** @return the node of a full path, null if there is none */
  public @Nullable Word at(List<String> path) {
    Word at = root;
    for (String step : path) {
      at = at instanceof Group group ? group.words().get(step) : null;
    }
    return at;
  }
}
