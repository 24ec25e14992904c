package io.reprise.cli.restore;

import io.reprise.datastore.FileName;
import java.util.List;

/** One line of what is to be restored: it chooses what fits it, or leaves that out. */
public sealed interface PathRule permits PathPattern, PathRule.Exact {
  /** False: what fits is left out. */
  boolean include();

  /** @param path from the archive's root */
  boolean matches(List<FileName> path, boolean directory);

  /** False if nothing below this directory can match. */
  boolean mayMatchBelow(List<FileName> directory);

  /** One file or directory, whatever bytes its name has. */
  record Exact(List<FileName> path, boolean include) implements PathRule {
    @Override
    public boolean matches(List<FileName> other, boolean directory) {
      return path.equals(other);
    }

    @Override
    public boolean mayMatchBelow(List<FileName> directory) {
      return directory.size() < path.size() && path.subList(0, directory.size()).equals(directory);
    }

    @Override
    public String toString() {
      return (include ? "/" : "!/") + PathPattern.joined(path);
    }
  }
}
