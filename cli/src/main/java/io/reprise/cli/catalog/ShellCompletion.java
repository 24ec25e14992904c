package io.reprise.cli.catalog;

import io.reprise.cli.catalog.ArchiveTree.Links;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.command.Completion;
import io.reprise.cli.command.LocalPaths;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.catalog.CatalogEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What Tab offers in the catalog shell: commands, options, paths of the archive, directories for targets. */
final class ShellCompletion {
  private final Surroundings at;
  private final Shell shell;
  private final ArchiveTree tree;
  private final Completion completion;

  ShellCompletion(Surroundings at, Shell shell, ArchiveTree tree) {
    this.at = at;
    this.shell = shell;
    this.tree = tree;
    completion = new Completion(shell.commands(), this::values);
  }

  List<String> candidates(List<String> before, String begun) {
    var line = new ArrayList<>(before);
    line.add(begun);
    return completion.candidates(line);
  }

  private List<String> values(String what, Completion.Line line) {
    return switch (what) {
      case "<path>" -> paths(line.begun(), line.path().equals(List.of("cd")));
      case "<target>" -> LocalPaths.completing(at, line.begun(), true);
      default -> List.of();
    };
  }

  private List<String> paths(String begun, boolean directoriesOnly) {
    String directory = begun.substring(0, begun.lastIndexOf('/') + 1);
    try {
      return tree.list(tree.resolve(shell.here(), directory, Links.FOLLOWED)).stream()
          .filter(entry -> entry.isDirectory() || !directoriesOnly)
          .map(entry -> directory + name(entry))
          .toList();
    } catch (CommandFailed | IOException nothingThere) {
      return List.of();
    }
  }

  private static String name(CatalogEntry entry) {
    return entry.name() + (entry.isDirectory() ? "/" : "");
  }
}
