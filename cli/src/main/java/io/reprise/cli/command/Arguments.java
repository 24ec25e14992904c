package io.reprise.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Brings the many ways in which PBS's users write options (cli.md §2.1) into the one way {@code --name=value} that
 * picocli then checks: {@code -name value}, booleans with their value as next word, optional positionals given by name.
 */
public final class Arguments {
  private final CommandSpec spec;
  private final List<String> options = new ArrayList<>();
  private final List<String> positionals = new ArrayList<>();
  private final List<@Nullable String> named;
  private boolean help;

  private Arguments(CommandSpec spec) {
    this.spec = spec;
    named = new ArrayList<>();
    for (int i = 0; i < spec.positionalParameters().size(); i++) named.add(null);
  }

  /**
   * @param arguments what the picocli command of the spec is to parse
   * @param help true if {@code --help} was among them
   */
  record Normal(List<String> arguments, boolean help) {}

  /** @throws UsageError for an option that lacks its value, or a boolean that is none */
  static Normal normalise(CommandSpec spec, List<String> words) {
    var arguments = new Arguments(spec);
    arguments.read(words);
    return new Normal(arguments.joined(), arguments.help);
  }

  private void read(List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals("--")) {
        positionals.addAll(words.subList(i + 1, words.size()));
        return;
      }
      if (!word.startsWith("-") || word.equals("-")) {
        positionals.add(word);
        continue;
      }
      int dashes = word.startsWith("--") ? 2 : 1;
      int equals = word.indexOf('=');
      String name = word.substring(dashes, equals < 0 ? word.length() : equals);
      String value = equals < 0 ? null : word.substring(equals + 1);
      String next = i + 1 < words.size() ? words.get(i + 1) : null;
      if (option(name, value, next)) i++;
    }
  }

  /** @return true if the next word was its value */
  private boolean option(String name, @Nullable String value, @Nullable String next) {
    if (name.equals("help") && value == null) {
      help = true;
      return false;
    }
    OptionSpec option = spec.findOption("--" + name);
    boolean takesNext = false;
    if (option != null && isBoolean(option)) {
      String given = value;
      if (given == null && next != null && truth(next) != null) {
        given = next;
        takesNext = true;
      }
      Boolean truth = given == null ? Boolean.TRUE : truth(given);
      if (truth == null) {
        throw new UsageError("option '" + name + "': '" + value + "' is neither true nor false");
      }
      options.add("--" + name + "=" + truth);
      return takesNext;
    }
    int positional = option == null ? optionalPositional(name) : -1;
    if (option == null && positional < 0 && !spec.parser().unmatchedArgumentsAllowed()) {
      throw new UsageError("no such option '--" + name + "'");
    }
    String given = value;
    if (given == null) {
      if (next == null) throw new UsageError("option '--" + name + "' needs a value");
      given = next;
      takesNext = true;
    }
    if (positional >= 0) named.set(positional, given);
    else options.add("--" + name + "=" + given);
    return takesNext;
  }

  private int optionalPositional(String name) {
    List<PositionalParamSpec> all = spec.positionalParameters();
    for (int i = 0; i < all.size(); i++) {
      if (!all.get(i).required() && all.get(i).paramLabel().equals("<" + name + ">")) return i;
    }
    return -1;
  }

  /** The options, then {@code --}, so that no positional is taken for an option. */
  private List<String> joined() {
    for (int i = 0; i < named.size(); i++) {
      String value = named.get(i);
      if (value == null) continue;
      if (positionals.size() > i) {
        throw new UsageError(
            "'" + spec.positionalParameters().get(i).paramLabel() + "' was given twice");
      }
      if (positionals.size() < i) throw new UsageError("an argument before it is missing");
      positionals.add(value);
    }
    var all = new ArrayList<>(options);
    all.add("--");
    all.addAll(positionals);
    return all;
  }

  private static boolean isBoolean(OptionSpec option) {
    return option.type() == boolean.class || option.type() == Boolean.class;
  }

  /** @return null if the word is no boolean in any of PBS's spellings */
  public static @Nullable Boolean truth(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "1", "on", "yes", "true" -> Boolean.TRUE;
      case "0", "off", "no", "false" -> Boolean.FALSE;
      default -> null;
    };
  }
}
