package io.reprise.cli.restore;

import io.reprise.datastore.FileName;
import io.reprise.datastore.catalog.CatalogEntry;
import io.reprise.datastore.catalog.CatalogReader;
import io.reprise.datastore.manifest.ArchiveName;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where in an archive something chosen lies, so that nothing else of it is fetched. The catalog knows exactly; without one
 * the patterns must do.
 */
final class ArchiveHints {
  /** More names of one directory are not kept: then all of it is looked at. */
  private static final int MAX_NAMES = 10_000;

  private final PathPatterns patterns;
  /** Directories that are not chosen, with the names in them that are, or that lead there; null without catalog. */
  private final @Nullable Map<List<FileName>, TreeSet<FileName>> names;

  private ArchiveHints(
      PathPatterns patterns, @Nullable Map<List<FileName>, TreeSet<FileName>> names) {
    this.patterns = patterns;
    this.names = names;
  }

  static ArchiveHints of(
      @Nullable CatalogReader catalog, ArchiveName archive, PathPatterns patterns)
      throws IOException {
    if (catalog == null) return new ArchiveHints(patterns, null);
    var top = catalog.find(List.of(FileName.of(archive.text())));
    return new ArchiveHints(patterns, top.isEmpty() ? null : holding(catalog, top.get(), patterns));
  }

  private static Map<List<FileName>, TreeSet<FileName>> holding(
      CatalogReader catalog, CatalogEntry top, PathPatterns patterns) throws IOException {
    var names = new HashMap<List<FileName>, TreeSet<FileName>>();
    patterns.forEachChosen(catalog, top, (path, entry, parent) -> {
      if (parent) return;
      for (int i = path.size() - 1; i >= 0; i--) {
        var inDirectory =
            names.computeIfAbsent(List.copyOf(path.subList(0, i)), d -> new TreeSet<>());
        if (inDirectory.size() <= MAX_NAMES && !inDirectory.add(path.get(i))) return;
      }
    });
    return names;
  }

  /** False for a directory, itself not chosen, that holds nothing that is. */
  boolean worthEntering(List<FileName> directory) {
    return names == null ? patterns.mayChooseBelow(directory) : names.containsKey(directory);
  }

  /** The names in a directory, itself not chosen, that are chosen or lead there; null if they are not known. */
  @Nullable
  SortedSet<FileName> names(List<FileName> directory) {
    SortedSet<FileName> known =
        names == null ? null : names.getOrDefault(directory, new TreeSet<>());
    return known == null || known.size() > MAX_NAMES ? null : known;
  }
}
