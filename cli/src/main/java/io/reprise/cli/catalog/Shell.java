package io.reprise.cli.catalog;

import io.reprise.cli.catalog.ArchiveTree.Links;
import io.reprise.cli.catalog.ArchiveTree.Place;
import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.command.CommandRunner;
import io.reprise.cli.command.ShellWords;
import io.reprise.cli.command.UsageError;
import io.reprise.cli.command.Words;
import io.reprise.cli.restore.ExtractRules;
import io.reprise.cli.restore.Extraction;
import io.reprise.cli.restore.OpenSnapshot;
import io.reprise.cli.restore.PathPattern;
import io.reprise.cli.restore.PathPatterns;
import io.reprise.cli.restore.PathRule;
import io.reprise.cli.terminal.Messages;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.FileName;
import io.reprise.datastore.catalog.CatalogEntry;
import io.reprise.datastore.manifest.FileEntry;
import io.reprise.datastore.pxar.PxarEntry.Kind;
import io.reprise.datastore.pxar.PxarNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Walks one archive of a snapshot, selects of it, restores from it (cli.md §2.6). */
final class Shell {
  private static final String ROOTS_ID = "0";

  private final Surroundings at;
  private final OpenSnapshot source;
  private final FileEntry archive;
  private final ArchiveTree tree;
  private final List<PathRule> selected = new ArrayList<>();
  private Place here = Place.ROOT;
  private boolean done;

  Shell(Surroundings at, OpenSnapshot source, FileEntry archive, ArchiveTree tree) {
    this.at = at;
    this.source = source;
    this.archive = archive;
    this.tree = tree;
  }

  Place here() {
    return here;
  }

  Words commands() {
    var words = new Words("Looks into an archive and restores from it; paths and patterns of what"
        + " is restored begin at its root.");
    words
        .root()
        .pbs("pwd", "Show the directory that relative paths begin at", Pwd::new)
        .pbs("cd", "Go to a directory; without path to the root", Cd::new)
        .pbs("ls", "List a directory", Ls::new)
        .pbs("stat", "Show what the archive knows of a file", Stat::new)
        .pbs("select", "Select a file, or a directory with all in it", Select::new)
        .pbs("deselect", "Leave a path out again, or forget a pattern", Deselect::new)
        .pbs("clear-selected", "Forget the selection", Clear::new)
        .pbs("list-selected", "List the selected files", ListSelected::new)
        .pbs("find", "List what matches a pattern", Find::new)
        .pbs("restore-selected", "Restore the selection into a directory", RestoreSelected::new)
        .pbs("restore", "Restore everything, or what matches a pattern", Restore::new)
        .pbs("exit", "Leave", Exit::new);
    return words;
  }

  /** Until {@code exit} or the end of input; a failing command does not end it. */
  void run(ShellInput input, String version) throws IOException {
    var runner = new CommandRunner("", version, commands());
    while (!done) {
      String line = input.next("pxar:" + here + " > ");
      if (line == null) return;
      try {
        List<String> words = ShellWords.split(line);
        if (!words.isEmpty()) runner.run(words, at);
      } catch (UsageError unclosedQuote) {
        at.messages().error(String.valueOf(unclosedQuote.getMessage()));
      }
    }
  }

  private void print(String text) {
    at.out().println(Messages.printable(text));
  }

  private static String shown(List<FileName> path) {
    return path.stream().map(FileName::toString).collect(Collectors.joining("/", "/", ""));
  }

  private long restore(PathPatterns choice, Path target) throws IOException {
    return Extraction.chosen(
        tree.archive(), archive.name(), tree.catalog(), choice, target, rules(), at.messages());
  }

  private static ExtractRules rules() throws IOException {
    Object user = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    return ExtractRules.ofShell(user.toString().equals(ROOTS_ID));
  }

  @Command
  final class Pwd implements Action {
    @Override
    public void run(Surroundings at) {
      at.out().println(here);
    }
  }

  @Command
  final class Cd implements Action {
    @Parameters(index = "0", arity = "0..1", paramLabel = "<path>")
    private String path = "/";

    @Override
    public void run(Surroundings at) throws CommandFailed, IOException {
      Place to = tree.resolve(here, path, Links.REFUSED);
      if (!tree.entry(to).isDirectory()) throw new CommandFailed(to + " is no directory");
      here = to;
    }
  }

  @Command
  final class Ls implements Action {
    @Parameters(index = "0", arity = "0..1", paramLabel = "<path>")
    private String path = "";

    @Override
    public void run(Surroundings at) throws CommandFailed, IOException {
      Place place = tree.resolve(here, path, Links.FOLLOWED);
      CatalogEntry entry = tree.entry(place);
      List<CatalogEntry> entries = entry.isDirectory() ? tree.list(place) : List.of(entry);
      for (CatalogEntry e : entries) print(e.name().toString());
    }
  }

  @Command
  final class Stat implements Action {
    @Parameters(index = "0", paramLabel = "<path>")
    private String path = "";

    @Override
    public void run(Surroundings at) throws CommandFailed, IOException {
      Place place = tree.resolve(here, path, Links.FOLLOWED);
      PxarNode node = tree.node(place);
      if (node.entry().kind() instanceof Kind.Hardlink link) {
        at.out().println(FileDescription.link(place, link.target()));
        node = tree.archive().follow(node);
      }
      FileDescription.lines(place, node.entry(), at.zone()).forEach(at.out()::println);
    }
  }

  @Command
  final class Select implements Action {
    @Parameters(index = "0", paramLabel = "<path>")
    private String path = "";

    @Override
    public void run(Surroundings at) throws CommandFailed, IOException {
      Place place = tree.resolve(here, path, Links.FOLLOWED);
      selected.remove(new PathRule.Exact(place.path(), false));
      if (place.steps().isEmpty()) selected.add(PathPattern.parse("/**"));
      else if (!new PathPatterns(selected).chosen(place.path()))
        selected.add(new PathRule.Exact(place.path(), true));
      at.messages().info("selected " + place);
    }
  }

  @Command
  final class Deselect implements Action {
    @Parameters(index = "0", paramLabel = "<path>")
    private String path = "";

    @Override
    public void run(Surroundings at) throws CommandFailed, IOException {
      if (selected.removeIf(
          rule -> rule instanceof PathPattern && rule.toString().equals(path))) {
        return;
      }
      Place place = tree.resolve(here, path, Links.FOLLOWED);
      boolean known = selected.remove(new PathRule.Exact(place.path(), true));
      if (new PathPatterns(selected).chosen(place.path())) {
        selected.add(new PathRule.Exact(place.path(), false));
      } else if (!known) {
        throw new CommandFailed(place + " is not selected");
      }
    }
  }

  @Command
  final class Clear implements Action {
    @Override
    public void run(Surroundings at) {
      selected.clear();
    }
  }

  @Command
  final class ListSelected implements Action {
    @Option(names = "--patterns", description = "the paths and patterns given, '!' = left out")
    private boolean patterns;

    @Override
    public void run(Surroundings at) throws IOException {
      if (patterns) selected.forEach(rule -> print(rule.toString()));
      else {
        new PathPatterns(selected)
            .forEachChosen(
                tree.catalog(), tree.root(), (path, entry, parent) -> print(shown(path)));
      }
    }
  }

  @Command
  final class Find implements Action {
    @Parameters(index = "0", paramLabel = "<pattern>")
    private String pattern = "";

    @Option(names = "--select", description = "select what was found")
    private boolean select;

    @Override
    public void run(Surroundings at) throws CommandFailed, IOException {
      PathPattern wanted = PathPattern.parse(pattern);
      tree.catalog().walk(tree.root(), (path, entry) -> {
        if (wanted.matches(path, entry.isDirectory())) print(shown(path));
      });
      if (select) selected.add(wanted);
    }
  }

  @Command
  final class RestoreSelected implements Action {
    @Parameters(index = "0", paramLabel = "<target>")
    private String target = "";

    @Override
    public void run(Surroundings at) throws CommandFailed, IOException {
      if (selected.isEmpty()) throw new CommandFailed("nothing is selected");
      told(restore(new PathPatterns(selected), at.path(target)), target);
    }
  }

  @Command
  final class Restore implements Action {
    @Parameters(index = "0", paramLabel = "<target>")
    private String target = "";

    @Option(names = "--pattern", paramLabel = "<pattern>", description = "only what matches")
    private @Nullable String pattern;

    @Override
    public void run(Surroundings at) throws CommandFailed, IOException {
      if (pattern != null) {
        told(restore(PathPatterns.parse(List.of(pattern)), at.path(target)), target);
        return;
      }
      try (var in = source.stream(archive)) {
        Extraction.all(in, at.path(target), rules(), at.messages());
      }
      at.messages().info("restored " + archive.name().base() + " to " + target);
    }
  }

  private void told(long count, String target) throws CommandFailed {
    if (count == 0) throw new CommandFailed("nothing matches");
    at.messages().info("restored " + count + " entries to " + target);
  }

  @Command
  final class Exit implements Action {
    @Override
    public void run(Surroundings at) {
      done = true;
    }
  }
}
