package io.reprise.cli.catalog;

import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.terminal.Messages;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.FileName;
import io.reprise.datastore.catalog.CatalogEntry;
import io.reprise.datastore.catalog.CatalogReader;
import io.reprise.datastore.pxar.PxarArchive;
import io.reprise.datastore.pxar.PxarEntry.Kind;
import io.reprise.datastore.pxar.PxarNode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Paths in one archive as its shell takes them (cli.md §2.6): relative or from the root, with dots, through symbolic links,
 * which stay inside the archive. Names come from the catalog; the archive is asked, at the place in question, only for where
 * links lead and for metadata.
 */
final class ArchiveTree {
  private static final int MAX_LINKS = 40;

  private final CatalogReader catalog;
  private final PxarArchive archive;
  private final CatalogEntry root;

  /** @param root the archive's directory in the catalog */
  ArchiveTree(CatalogReader catalog, CatalogEntry root, PxarArchive archive) {
    this.catalog = catalog;
    this.root = root;
    this.archive = archive;
  }

  /** Something in the archive; no steps: its root. */
  record Place(List<CatalogEntry> steps) {
    static final Place ROOT = new Place(List.of());

    List<FileName> path() {
      return steps.stream().map(CatalogEntry::name).toList();
    }

    /** As shown, with a slash in front; control characters replaced. */
    @Override
    public String toString() {
      return Messages.printable(steps.stream()
          .map(step -> step.name().toString())
          .collect(Collectors.joining("/", "/", "")));
    }
  }

  /** How a link at the end of a path is taken. */
  enum Links {
    /** All are followed. */
    FOLLOWED,
    /** The last one stands for itself. */
    LAST_KEPT,
    /** None is gone through. */
    REFUSED
  }

  CatalogReader catalog() {
    return catalog;
  }

  CatalogEntry root() {
    return root;
  }

  PxarArchive archive() {
    return archive;
  }

  CatalogEntry entry(Place place) {
    return place.steps().isEmpty() ? root : place.steps().getLast();
  }

  /** The entries of a directory, by name. */
  List<CatalogEntry> list(Place directory) throws CommandFailed, IOException {
    if (!entry(directory).isDirectory()) throw new CommandFailed(directory + " is no directory");
    var entries = new ArrayList<>(catalog.list(entry(directory)));
    entries.sort((a, b) -> a.name().compareTo(b.name()));
    return entries;
  }

  /** What stands at a place, read from the archive. */
  PxarNode node(Place place) throws IOException {
    return archive
        .find(place.path())
        .orElseThrow(() -> new BadFormat("the archive has no " + place
            + ", though its catalog shows it: the snapshot is damaged"));
  }

  /** @throws CommandFailed if there is no such thing, or links lead in circles */
  Place resolve(Place from, String path, Links links) throws CommandFailed, IOException {
    var steps = new ArrayList<>(path.startsWith("/") ? List.of() : from.steps());
    var todo = new ArrayDeque<String>(List.of(path.split("/")));
    int followed = 0;
    while (!todo.isEmpty()) {
      String name = todo.pop();
      if (name.isEmpty() || name.equals(".")) continue;
      if (name.equals("..")) {
        if (!steps.isEmpty()) steps.removeLast();
        continue;
      }
      var here = new Place(List.copyOf(steps));
      CatalogEntry entry = child(here, name);
      if (entry == null) {
        throw new CommandFailed("no such file or directory: "
            + Messages.printable(here.steps().isEmpty() ? "/" + name : here + "/" + name));
      }
      steps.add(entry);
      boolean last = todo.stream().allMatch(String::isEmpty);
      if (entry.type() != CatalogEntry.Type.SYMLINK || (last && links == Links.LAST_KEPT)) continue;
      var link = new Place(List.copyOf(steps));
      if (links == Links.REFUSED) throw new CommandFailed(link + " is a symbolic link");
      if (++followed > MAX_LINKS) throw new CommandFailed(link + ": too many symbolic links");
      String target = target(link).toString();
      if (target.startsWith("/")) steps.clear();
      else steps.removeLast();
      for (String part : List.of(target.split("/")).reversed()) todo.push(part);
    }
    return new Place(List.copyOf(steps));
  }

  /** Where a symbolic link leads. */
  private FileName target(Place link) throws IOException {
    if (node(link).entry().kind() instanceof Kind.Symlink symlink) return symlink.target();
    throw new BadFormat(link + " is a link in the catalog only: the snapshot is damaged");
  }

  /** By its bytes, or by how it is shown, since not every name can be typed. */
  private @Nullable CatalogEntry child(Place directory, String name)
      throws CommandFailed, IOException {
    if (!entry(directory).isDirectory()) throw new CommandFailed(directory + " is no directory");
    var exact = FileName.of(name);
    var found = new CatalogEntry[2];
    catalog.forEach(entry(directory), e -> {
      if (e.name().equals(exact)) found[0] = e;
      else if (e.name().toString().equals(name)) found[1] = e;
    });
    return found[0] != null ? found[0] : found[1];
  }
}
