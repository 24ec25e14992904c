package io.reprise.cli.command;

import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.InvalidName;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Finds the command that the words name, fills it and runs it; turns every failure into one line and code 255. */
public final class CommandRunner {
  /** Every failure, also wrong usage (cli.md §3.1). */
  public static final int FAILED = 255;

  private final String program;
  private final String version;
  private final Words words;

  public CommandRunner(String program, String version, Words words) {
    this.program = program;
    this.version = version;
    this.words = words;
  }

  /** @return the exit code */
  public int run(List<String> arguments, Surroundings at) {
    try {
      return find(arguments, at);
    } catch (UsageError wrong) {
      at.messages().error(sentence(wrong));
      return FAILED;
    } catch (InterruptedException interrupted) {
      at.messages().error("interrupted");
      return FAILED;
    } catch (CommandFailed | IOException | InvalidName failure) {
      at.messages().error(sentence(failure));
      at.messages().trace(failure);
      return FAILED;
    } catch (RuntimeException fault) {
      at.messages().error("internal error: " + fault + " (PBS_LOG=debug shows where)");
      at.messages().trace(fault);
      return FAILED;
    } finally {
      at.flush();
    }
  }

  private int find(List<String> arguments, Surroundings at)
      throws CommandFailed, IOException, InterruptedException {
    if (!arguments.isEmpty()) {
      switch (arguments.get(0)) {
        case "help" -> {
          return help(arguments.subList(1, arguments.size()), at);
        }
        case "--version" -> {
          at.out().println(program + " " + version);
          return 0;
        }
        default -> {}
      }
    }
    Words.Found found;
    try {
      found = words.find(arguments);
    } catch (UsageError wrong) {
      at.messages().error(sentence(wrong));
      at.messages().usage("'" + named(List.of("help")) + "' lists all commands");
      return FAILED;
    }
    return switch (found.word()) {
      case Words.Group group -> {
        if (found.rest().contains("--help")) {
          listing(group, found.path(), false, at.out());
          yield 0;
        }
        at.messages()
            .error(
                found.rest().isEmpty()
                    ? "no command specified"
                    : "expected a command, not '" + found.rest().get(0) + "'");
        listing(group, found.path(), false, at.err());
        yield FAILED;
      }
      case Words.Leaf leaf -> run(leaf, found, at);
    };
  }

  private int run(Words.Leaf leaf, Words.Found found, Surroundings at)
      throws CommandFailed, IOException, InterruptedException {
    Action action = leaf.action().get();
    if (action instanceof NotHere) action.run(at); // whatever stands behind it
    CommandLine line = line(action, found.path(), leaf.summary());
    try {
      Arguments.Normal normal = Arguments.normalise(line.getCommandSpec(), found.rest());
      if (normal.help()) {
        line.usage(at.out(), CommandLine.Help.Ansi.OFF);
        return 0;
      }
      line.parseArgs(normal.arguments().toArray(String[]::new));
    } catch (ParameterException | UsageError wrong) {
      at.messages().error(String.valueOf(wrong.getMessage()));
      at.messages().usage(usage(line));
      return FAILED;
    }
    action.run(at);
    return 0;
  }

  private CommandLine line(Action action, List<String> path, String summary) {
    CommandLine line = action.line();
    line.getCommandSpec().name(named(path));
    if (line.getCommandSpec().usageMessage().description().length == 0) {
      line.getCommandSpec().usageMessage().description(summary);
    }
    line.getCommandSpec().usageMessage().sortOptions(true).width(100);
    return line.setExpandAtFiles(false)
        .setInterpolateVariables(false)
        .setCaseInsensitiveEnumValuesAllowed(false)
        .setUsageHelpLongOptionsMaxWidth(30);
  }

  /** The program's name, unless it is empty, and the words behind it. */
  private String named(List<String> path) {
    return (program + " " + String.join(" ", path)).strip();
  }

  private static String usage(CommandLine line) {
    var text = new StringWriter();
    line.usage(new PrintWriter(text, true), CommandLine.Help.Ansi.OFF);
    return text.toString().stripTrailing();
  }

  /** {@code help [command…] [--verbose]}. */
  private int help(List<String> arguments, Surroundings at) {
    var path = new ArrayList<>(arguments);
    boolean verbose = path.removeIf(word -> word.equals("--verbose") || word.equals("-verbose"));
    Words.Found found = words.find(path);
    switch (found.word()) {
      case Words.Group group -> listing(group, found.path(), verbose, at.out());
      case Words.Leaf leaf ->
        line(leaf.action().get(), found.path(), leaf.summary())
            .usage(at.out(), CommandLine.Help.Ansi.OFF);
    }
    return 0;
  }

  private void listing(Words.Group group, List<String> path, boolean verbose, PrintStream out) {
    out.println("Usage: " + named(path) + " <command> [options]");
    out.println();
    out.println(group.summary());
    out.println();
    group.words().forEach((name, word) -> {
      out.printf("  %-22s %s%n", name + (word instanceof Words.Group ? " …" : ""), word.summary());
      if (!verbose) return;
      var below = new ArrayList<>(path);
      below.add(name);
      switch (word) {
        case Words.Group inner -> listing(inner, below, true, out);
        case Words.Leaf leaf ->
          line(leaf.action().get(), below, leaf.summary()).usage(out, CommandLine.Help.Ansi.OFF);
      }
    });
    if (!verbose) {
      out.println();
      out.println("'" + named(List.of("help")) + " <command>' shows its options.");
    }
  }

  private static String sentence(Throwable failure) {
    String message = failure.getMessage();
    return switch (failure) {
      case java.nio.file.NoSuchFileException missing -> "no such file: " + missing.getFile();
      case java.nio.file.FileAlreadyExistsException exists -> "exists already: " + exists.getFile();
      case java.nio.file.AccessDeniedException denied -> "permission denied: " + denied.getFile();
      default -> message == null || message.isBlank() ? failure.toString() : message;
    };
  }
}
