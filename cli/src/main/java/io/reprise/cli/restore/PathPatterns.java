package io.reprise.cli.restore;

import io.reprise.cli.command.CommandFailed;
import io.reprise.datastore.FileName;
import java.util.ArrayList;
import java.util.List;

/** Patterns in the order given: the last one that matches decides, and holds for all below (cli.md §2.5). */
public final class PathPatterns {
  private final List<PathPattern> patterns;

  private PathPatterns(List<PathPattern> patterns) {
    this.patterns = patterns;
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
    for (int i = patterns.size() - 1; i >= 0; i--) {
      if (patterns.get(i).matches(path, directory)) return patterns.get(i).include();
    }
    return parent;
  }

  /** False if nothing below a directory that is not chosen can be. */
  boolean mayChooseBelow(List<FileName> directory) {
    return patterns.stream().anyMatch(p -> p.include() && p.mayMatchBelow(directory));
  }
}
