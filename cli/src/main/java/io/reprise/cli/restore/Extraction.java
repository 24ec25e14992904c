package io.reprise.cli.restore;

import io.reprise.cli.terminal.Messages;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.FileName;
import io.reprise.datastore.catalog.CatalogReader;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.pxar.Metadata;
import io.reprise.datastore.pxar.PxarArchive;
import io.reprise.datastore.pxar.PxarEntry;
import io.reprise.datastore.pxar.PxarEntry.Kind;
import io.reprise.datastore.pxar.PxarEvent;
import io.reprise.datastore.pxar.PxarNode;
import io.reprise.datastore.pxar.PxarReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes a whole archive, or what was chosen of it, to a {@link TreeWriter}. */
public final class Extraction {
  private static final int BUFFER = 256 << 10;

  private final PxarArchive archive;
  private final TreeWriter writer;
  private final PathPatterns choice;
  private final ArchiveHints hints;
  /** Files whose first name was not chosen, by their place in the archive: under which name they were made. */
  private final Map<Long, List<FileName>> renamed = new HashMap<>();

  private long count;

  private Extraction(
      PxarArchive archive, TreeWriter writer, PathPatterns choice, ArchiveHints hints) {
    this.archive = archive;
    this.writer = writer;
    this.choice = choice;
    this.hints = hints;
  }

  /** Everything, in the archive's order. @param directory made if missing */
  public static void all(InputStream in, Path directory, ExtractRules rules, Messages messages)
      throws IOException {
    try (var writer = TreeWriter.into(directory, rules, messages)) {
      all(in, writer);
    }
  }

  private static void all(InputStream in, TreeWriter writer) throws IOException {
    var reader = new PxarReader(new BufferedInputStream(in, BUFFER));
    while (reader.next() instanceof PxarEvent event) {
      switch (event) {
        case PxarEvent.DirectoryEnd end -> {
          if (!reader.path().isEmpty()) writer.leave();
        }
        case PxarEntry root when reader.path().isEmpty() -> writer.root(metadata(root));
        case PxarEntry entry -> {
          switch (entry.kind()) {
            case Kind.Directory directory -> writer.enter(entry.name(), metadata(entry));
            case Kind.Hardlink link -> writer.link(entry.name(), path(link.target()));
            case Kind.RegularFile file -> writer.add(entry, reader.content());
            default -> writer.add(entry, InputStream.nullInputStream());
          }
        }
      }
    }
    writer.finish();
  }

  /**
   * What was chosen, with the directories that lead to it, found by its place in the archive.
   *
   * @param directory made if missing
   * @param catalog tells where to look; null: the archive's own tables must do
   * @return how many entries were chosen
   */
  public static long chosen(
      PxarArchive archive,
      ArchiveName name,
      @Nullable CatalogReader catalog,
      PathPatterns choice,
      Path directory,
      ExtractRules rules,
      Messages messages)
      throws IOException {
    ArchiveHints hints = ArchiveHints.of(catalog, name, choice);
    try (var writer = TreeWriter.into(directory, rules, messages)) {
      return new Extraction(archive, writer, choice, hints).chosen();
    }
  }

  private long chosen() throws IOException {
    if (writer.made()) writer.root(metadata(archive.root().entry()));
    walk(archive.root(), List.of(), false, new Entered(null, archive.root(), true));
    writer.finish();
    return count;
  }

  /** A directory on the way down, made only when something goes into it. */
  private static final class Entered {
    final @Nullable Entered parent;
    final PxarNode node;
    boolean done;

    Entered(@Nullable Entered parent, PxarNode node, boolean done) {
      this.parent = parent;
      this.node = node;
      this.done = done;
    }

    void make(TreeWriter writer) throws IOException {
      if (done) return;
      if (parent != null) parent.make(writer);
      writer.enter(node.entry().name(), metadata(node.entry()));
      done = true;
    }
  }

  private void walk(PxarNode directory, List<FileName> path, boolean inherited, Entered here)
      throws IOException {
    var names = inherited ? null : hints.names(path);
    if (names == null) {
      archive.forEach(directory, node -> visit(node, path, inherited, here));
      return;
    }
    for (FileName name : names) {
      PxarNode node = archive
          .find(directory, name)
          .orElseThrow(() -> new BadFormat("the archive has no '" + name
              + "' where its catalog shows one: the snapshot is damaged"));
      visit(node, path, inherited, here);
    }
  }

  private void visit(PxarNode node, List<FileName> path, boolean inherited, Entered here)
      throws IOException {
    PxarEntry entry = node.entry();
    var below = new ArrayList<>(path);
    below.add(entry.name());
    boolean chosen = choice.chosen(below, entry.isDirectory(), inherited);
    if (chosen) {
      here.make(writer);
      count++;
    }
    if (!entry.isDirectory()) {
      if (chosen) file(node, below);
    } else if (chosen || hints.worthEntering(below)) {
      var inner = new Entered(here, node, false);
      if (chosen) inner.make(writer);
      walk(node, below, chosen, inner);
      if (inner.done) writer.leave();
    }
  }

  private void file(PxarNode node, List<FileName> path) throws IOException {
    PxarEntry entry = node.entry();
    switch (entry.kind()) {
      case Kind.Hardlink link -> link(node, path, path(link.target()));
      case Kind.RegularFile file -> writer.add(entry, archive.content(node));
      default -> writer.add(entry, InputStream.nullInputStream());
    }
  }

  /** A link to the file if that was chosen too, which stands before its links; else the file under this name. */
  private void link(PxarNode link, List<FileName> path, List<FileName> target) throws IOException {
    FileName name = link.entry().name();
    if (choice.chosen(target)) {
      writer.link(name, target);
      return;
    }
    PxarNode file = archive.follow(link);
    List<FileName> made = renamed.putIfAbsent(file.start(), path);
    if (made != null) writer.link(name, made);
    else {
      writer.add(
          new PxarEntry(name, file.entry().metadata(), file.entry().kind()), archive.content(file));
    }
  }

  private static Metadata metadata(PxarEntry directory) {
    Metadata metadata = directory.metadata();
    if (metadata == null) throw new IllegalStateException("a directory without metadata");
    return metadata;
  }

  /** The names of a hard link's target; a forged one that leads elsewhere is refused. */
  private static List<FileName> path(FileName target) throws BadFormat {
    var path = new ArrayList<FileName>();
    byte[] bytes = target.bytes();
    for (int from = 0; from <= bytes.length; ) {
      int to = from;
      while (to < bytes.length && bytes[to] != '/') to++;
      FileName name = FileName.of(Arrays.copyOfRange(bytes, from, to));
      if (!name.isSafe()) {
        throw new BadFormat(
            "hard link to '" + target + "', which is no path in the archive: it is forged");
      }
      path.add(name);
      from = to + 1;
    }
    return path;
  }
}
