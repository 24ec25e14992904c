package io.reprise.cli.command;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What may stand where a command line is being typed (cli.md §3.6): words, options, and their values. */
public final class Completion {
  /** Knows values that are neither words nor options. */
  public interface Values {
    /**
     * @param what the option's name, or the label of an argument
     * @param line what is typed already
     * @return candidates; those that do not go on from {@link Line#begun} are left out afterwards
     */
    List<String> of(String what, Line line);
  }

  /**
   * A command that is being typed.
   *
   * @param path its words in full
   * @param options given before the cursor, without dashes
   * @param arguments before the cursor
   * @param begun what stands at the cursor, maybe empty
   */
  public record Line(
      List<String> path, Map<String, String> options, List<String> arguments, String begun) {}

  private final Words words;
  private final Values values;

  public Completion(Words words, Values values) {
    this.words = words;
    this.values = values;
  }

  /** @param line words in front of the cursor, the last one begun, maybe empty */
  public List<String> candidates(List<String> line) {
    String begun = line.getLast();
    List<String> before = line.subList(0, line.size() - 1);
    boolean help = !before.isEmpty() && before.getFirst().equals("help");
    if (help) before = before.subList(1, before.size());
    Words.Found found;
    try {
      found = words.find(before);
    } catch (UsageError unknown) {
      return List.of();
    }
    List<String> all = switch (found.word()) {
      case Words.Group group
      when found.rest().isEmpty() -> {
        var names = new ArrayList<>(group.names());
        if (before.isEmpty() && !help) names.add("help");
        yield names;
      }
      case Words.Group group -> List.of();
      case Words.Leaf leaf when help -> List.of();
      case Words.Leaf leaf -> of(leaf, found, begun);
    };
    String start = begun.startsWith("-") ? begun.substring(begun.indexOf('=') + 1) : begun;
    return all.stream()
        .filter(candidate -> candidate.startsWith(start))
        .distinct()
        .sorted()
        .toList();
  }

  private List<String> of(Words.Leaf leaf, Words.Found found, String begun) {
    CommandSpec spec = leaf.action().get().line().getCommandSpec();
    Map<String, String> options = new HashMap<>();
    List<String> arguments = new ArrayList<>();
    String open = null; // the option whose value is at the cursor
    for (String word : found.rest()) {
      if (open != null) {
        options.put(open, word);
        open = null;
      } else if (!word.startsWith("-") || word.equals("-")) {
        arguments.add(word);
      } else {
        String name = name(word);
        int equals = word.indexOf('=');
        options.put(name, equals < 0 ? "" : word.substring(equals + 1));
        OptionSpec option = spec.findOption("--" + name);
        if (equals < 0 && option != null && !isBoolean(option)) open = name;
      }
    }
    int equals = begun.indexOf('=');
    if (open == null && begun.startsWith("-") && equals < 0) return free(spec, options.keySet());
    var line = new Line(
        found.path(),
        options,
        arguments,
        begun.startsWith("-") && open == null ? begun.substring(equals + 1) : begun);
    if (open == null && begun.startsWith("-")) open = name(begun);
    if (open != null) {
      OptionSpec option = spec.findOption("--" + open);
      if (option == null) return List.of();
      return isBoolean(option) ? List.of("true", "false") : values.of("--" + open, line);
    }
    String label = label(spec, arguments.size());
    return label == null ? List.of() : values.of(label, line);
  }

  private static String name(String word) {
    String name = word.replaceFirst("^--?", "");
    int equals = name.indexOf('=');
    return equals < 0 ? name : name.substring(0, equals);
  }

  private static boolean isBoolean(OptionSpec option) {
    return option.type() == boolean.class || option.type() == Boolean.class;
  }

  private static List<String> free(CommandSpec spec, Set<String> given) {
    var names = new HashSet<String>();
    for (OptionSpec option : spec.options()) {
      String name = option.longestName();
      if (option.isMultiValue() || !given.contains(name(name))) names.add(name);
    }
    return names.stream().collect(Collectors.toList());
  }

  /** What the argument of that number is called; the last one may be a list. */
  private static @Nullable String label(CommandSpec spec, int number) {
    var all = spec.positionalParameters();
    if (number < all.size()) return all.get(number).paramLabel();
    if (all.isEmpty() || !all.getLast().isMultiValue()) return null;
    return all.getLast().paramLabel();
  }
}
