package io.reprise.cli.restore;

import io.reprise.cli.command.CommandFailed;
import io.reprise.datastore.FileName;
import io.reprise.datastore.catalog.CatalogEntry;
import io.reprise.datastore.catalog.CatalogReader;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.FileEntry;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Directories of an archive in which something is chosen, found in the catalog so that the others are not fetched. */
final class CatalogHints {
  private CatalogHints() {}

  /** Without a catalog the patterns themselves must do. */
  static Predicate<List<FileName>> of(OpenSnapshot source, FileEntry archive, PathPatterns patterns)
      throws CommandFailed, IOException {
    if (source.manifest().file(ArchiveName.CATALOG).isEmpty()) return patterns::mayChooseBelow;
    var catalog = new CatalogReader(source.source(source.entry(ArchiveName.CATALOG)));
    var top = catalog.find(List.of(FileName.of(archive.name().text())));
    if (top.isEmpty()) return patterns::mayChooseBelow;
    Set<List<FileName>> holding = holding(catalog, top.get(), patterns);
    return holding::contains;
  }

  private static Set<List<FileName>> holding(
      CatalogReader catalog, CatalogEntry top, PathPatterns patterns) throws IOException {
    var holding = new HashSet<List<FileName>>();
    Map<List<FileName>, Boolean> chosenDirectories = new HashMap<>();
    catalog.walk(top, (path, entry) -> {
      List<FileName> parent = path.subList(0, path.size() - 1);
      boolean chosen =
          patterns.chosen(path, entry.isDirectory(), chosenDirectories.getOrDefault(parent, false));
      if (!chosen) return;
      if (entry.isDirectory()) chosenDirectories.put(path, true);
      for (var above = parent; !above.isEmpty() && holding.add(above); ) {
        above = above.subList(0, above.size() - 1);
      }
    });
    return holding;
  }
}
