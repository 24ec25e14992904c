package io.reprise.cli.restore;

import io.reprise.cli.command.CommandFailed;
import io.reprise.datastore.FileName;
import io.reprise.datastore.catalog.CatalogEntry;
import io.reprise.datastore.catalog.CatalogReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Patterns and paths in the order given: the last one that matches decides, and holds for all below (cli.md §2.5). */
public final class PathPatterns {
  private final List<PathRule> rules;

  public PathPatterns(List<? extends PathRule> rules) {
    this.rules = List.copyOf(rules);
  }

  public static PathPatterns parse(List<String> texts) throws CommandFailed {
    var patterns = new ArrayList<PathPattern>();
    for (String text : texts) patterns.add(PathPattern.parse(text));
    return new PathPatterns(patterns);
  }

  /**
   * @param path from the archive's root
   * @param parent whether the directory that holds it is chosen
   */
  public boolean chosen(List<FileName> path, boolean directory, boolean parent) {
    for (PathRule rule : rules.reversed()) {
      if (rule.matches(path, directory)) return rule.include();
    }
    return parent;
  }

  /** Takes what is chosen. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * @param path from the archive's root
     * @param parent whether the directory that holds it is chosen too
     */
    void visit(List<FileName> path, CatalogEntry entry, boolean parent) throws IOException;
  }

  /** What is chosen of an archive, by its catalog. @param top the archive's directory there */
  public void forEachChosen(CatalogReader catalog, CatalogEntry top, Visitor visitor)
      throws IOException {
    var chosenAtDepth = new BitSet(); // of the directories that lead to the entry
    catalog.walk(top, (path, entry) -> {
      boolean parent = chosenAtDepth.get(path.size() - 1);
      boolean chosen = chosen(path, entry.isDirectory(), parent);
      if (entry.isDirectory()) chosenAtDepth.set(path.size(), chosen);
      if (chosen) visitor.visit(path, entry, parent);
    });
  }

  /** Whether a file is chosen, by itself or with a directory above it. */
  public boolean chosen(List<FileName> file) {
    boolean chosen = false;
    for (int i = 1; i <= file.size(); i++) {
      chosen = chosen(file.subList(0, i), i < file.size(), chosen);
    }
    return chosen;
  }

  /** False if nothing below a directory that is not chosen can be. */
  boolean mayChooseBelow(List<FileName> directory) {
    return rules.stream().anyMatch(r -> r.include() && r.mayMatchBelow(directory));
  }
}
