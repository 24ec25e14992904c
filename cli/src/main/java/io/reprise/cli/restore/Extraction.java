package io.reprise.cli.restore;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.FileName;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Takes a whole archive, or what was chosen of it, to a {@link TreeWriter}. */
public final class Extraction {
  private static final int BUFFER = 256 << 10;

  private final PxarArchive archive;
  private final TreeWriter writer;
  private final Choice choice;
  private final Predicate<List<FileName>> worthEntering;
  /** Files whose first name was not chosen, by their place in the archive: under which name they were made. */
  private final Map<Long, List<FileName>> renamed = new HashMap<>();

  private long count;

  /** Decides whether an entry is restored. */
  @FunctionalInterface
  public interface Choice {
    /**
     * @param path from the archive's root
     * @param parent whether the directory that holds it is chosen
     */
    boolean chosen(List<FileName> path, boolean directory, boolean parent);
  }

  /**
   * @param worthEntering false for directories that are known to hold nothing that is chosen; not asked for chosen ones
   */
  Extraction(
      PxarArchive archive,
      TreeWriter writer,
      Choice choice,
      Predicate<List<FileName>> worthEntering) {
    this.archive = archive;
    this.writer = writer;
    this.choice = choice;
    this.worthEntering = worthEntering;
  }

  /** Everything, in the archive's order. */
  static void all(InputStream in, TreeWriter writer) throws IOException {
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
   * What was chosen, with the directories that lead to it.
   *
   * @return how many entries were chosen
   */
  long chosen() throws IOException {
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
    archive.forEach(directory, node -> {
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
      } else if (chosen || worthEntering.test(below)) {
        var inner = new Entered(here, node, false);
        if (chosen) inner.make(writer);
        walk(node, below, chosen, inner);
        if (inner.done) writer.leave();
      }
    });
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
    if (isChosen(target)) {
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

  private boolean isChosen(List<FileName> file) {
    boolean chosen = false;
    for (int i = 1; i <= file.size(); i++) {
      chosen = choice.chosen(file.subList(0, i), i < file.size(), chosen);
    }
    return chosen;
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
