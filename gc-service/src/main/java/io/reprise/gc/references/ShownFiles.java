package io.reprise.gc.references;

import io.reprise.gc.references.FileRecord.State;
import io.reprise.gc.references.IndexFiles.Content;
import io.reprise.gc.references.Keys.Shown;
import io.reprise.gc.references.Tables.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which path shows which index file, by what each is known again, and so which are to be counted in or out. */
final class ShownFiles {
  private final Tables tables;
  private final IndexFiles files;
  private final Groups groups;
  private final Totals totals;
  private final Counting counting;

  ShownFiles(Tables tables, IndexFiles files, Groups groups, Totals totals, Counting counting) {
    this.tables = tables;
    this.files = files;
    this.groups = groups;
    this.totals = totals;
    this.counting = counting;
  }

  /** All files that are counted, or being counted in or out. */
  List<FileRecord> records() throws IOException {
    var records = new ArrayList<FileRecord>();
    try (var all = tables.iterator(Table.FILES)) {
      for (all.seekToFirst(); all.isValid(); all.next()) {
        records.add(FileRecord.decode(Keys.number(all.key()), all.value()));
      }
      Tables.check(all);
    }
    return records;
  }

  /** Known paths that are not among these. */
  List<String> pathsBeside(Set<String> seen) throws IOException {
    var beside = new ArrayList<String>();
    try (var all = tables.iterator(Table.PATHS)) {
      for (all.seekToFirst(); all.isValid(); all.next()) {
        String path = new String(all.key(), StandardCharsets.UTF_8);
        if (!seen.contains(path)) beside.add(path);
      }
      Tables.check(all);
    }
    return beside;
  }

  /**
   * The path shows this file now.
   *
   * @param walk the last that has begun
   * @return true if a file was counted in or out for it
   */
  boolean show(FoundIndex found, long walk) throws IOException {
    Shown known = shown(found.path());
    if (known != null && known.fits(found)) return false;
    FileRecord file = byInode(found);
    FileRecord old = null;
    boolean fresh = false;
    try (var step = new Changes(tables, groups, totals)) {
      if (file == null) {
        Read read = read(found, known);
        file = identified(read, step);
        if (file == null) {
          file = begin(read, step);
          fresh = true;
        }
      }
      if (known == null || known.file() != file.id()) {
        file = file.withPaths(file.paths() + 1);
        step.file(file);
        if (known != null) {
          old = record(known.file());
          old = old.withPaths(old.paths() - 1);
          step.file(old);
        }
      }
      byte[] shown = Shown.of(file.id(), found).encode();
      step.put(Table.PATHS, Keys.path(found.path()), shown);
      if (file.inode() == found.inode()) step.put(Table.INODES, Keys.number(found.inode()), shown);
      step.commit();
    }
    if (fresh) finish(file, walk);
    if (old == null || old.paths() > 0) return fresh;
    countOut(old, walk);
    return true;
  }

  private @Nullable Shown shown(String path) throws IOException {
    byte[] value = tables.get(Table.PATHS, Keys.path(path));
    return value == null ? null : Shown.decode(value);
  }

  /** A kept file's inode belongs to nobody else, so a path that has it shows that file: it was moved, or is a link. */
  private @Nullable FileRecord byInode(FoundIndex found) throws IOException {
    byte[] value = tables.get(Table.INODES, Keys.number(found.inode()));
    if (value == null) return null;
    Shown shown = Shown.decode(value);
    return shown.fits(found) ? record(shown.file()) : null;
  }

  private FileRecord record(long id) throws IOException {
    byte[] value = tables.get(Table.FILES, Keys.number(id));
    if (value == null) throw new IndexDamaged("index file " + id + " is unknown");
    return FileRecord.decode(id, value);
  }

  /** What reading a file told. @param inode of what is kept of it */
  private record Read(
      Place place, IndexIdentity identity, long entries, long dataBytes, long inode) {}

  /** @param before what the path showed until now */
  private Read read(FoundIndex found, @Nullable Shown before) throws IOException {
    Place place = files.place(found.path());
    IndexIdentity identity;
    long entries;
    long dataBytes;
    try (Content content = files.open(found.path())) {
      identity = content.identity();
      entries = content.entries();
      dataBytes = content.dataBytes();
    }
    requireSame(found);
    if (before != null
        && before.inode() == found.inode()
        && !record(before.file()).identity().equals(identity)) {
      throw new IndexDamaged("index file " + found.path() + " was changed in place");
    }
    long inode = files.keep(found.path(), identity);
    try {
      requireSame(found); // between reading and linking the path may have got another file
    } catch (NoSuchFileException changed) {
      if (!counting.isUsed(identity)) files.dropKept(identity);
      throw changed;
    }
    return new Read(place, identity, entries, dataBytes, inode);
  }

  private void requireSame(FoundIndex found) throws IOException {
    if (!files.find(found.path()).isSameFile(found)) throw new NoSuchFileException(found.path());
  }

  /** A file that is counted already, at another path. */
  private @Nullable FileRecord identified(Read read, Changes step) throws IOException {
    int group = groups.number(read.place().group(), step);
    byte[] id = tables.get(Table.IDENTITIES, identityKey(read, group));
    return id == null ? null : record(Keys.number(id));
  }

  private static byte[] identityKey(Read read, int group) {
    return Keys.identity(
        read.identity(), group, read.place().archive(), read.place().time());
  }

  private FileRecord begin(Read read, Changes step) throws IOException {
    int group = groups.number(read.place().group(), step);
    long id = tables.number(Keys.NEXT_FILE) + 1;
    var file = new FileRecord(
        id,
        read.identity(),
        group,
        read.place().archive(),
        read.place().time(),
        read.inode(),
        read.entries(),
        read.dataBytes(),
        0,
        State.COUNTED,
        0,
        0,
        0);
    step.put(Table.META, Keys.NEXT_FILE, Keys.number(id));
    step.put(Table.IDENTITIES, identityKey(read, group), Keys.number(id));
    return file.begin(State.ADDING, neighbour(file, false), neighbour(file, true));
  }

  /** The counted file before or behind it in its place, 0 if there is none. */
  private long neighbour(FileRecord file, boolean behind) throws IOException {
    byte[] prefix = Keys.lineage(file.group(), file.archive());
    byte[] key = Keys.lineage(file);
    try (var all = tables.iterator(Table.LINEAGES)) {
      if (behind) all.seek(key);
      else all.seekForPrev(key);
      if (all.isValid() && Arrays.equals(all.key(), key)) {
        if (behind) all.next();
        else all.prev();
      }
      Tables.check(all);
      boolean found =
          all.isValid() && all.key().length == key.length && Tables.startsWith(all.key(), prefix);
      return found ? Keys.fileOfLineage(all.key()) : 0;
    }
  }

  /** The path shows nothing any more. @return true if its file was counted out */
  boolean hide(String path, long walk) throws IOException {
    Shown known = shown(path);
    if (known == null) return false;
    FileRecord file = record(known.file());
    file = file.withPaths(file.paths() - 1);
    try (var step = new Changes(tables, groups, totals)) {
      step.delete(Table.PATHS, Keys.path(path));
      step.file(file);
      step.commit();
    }
    if (file.paths() > 0) return false;
    countOut(file, walk);
    return true;
  }

  void countOut(FileRecord file, long walk) throws IOException {
    FileRecord removing = file.begin(State.REMOVING, neighbour(file, false), neighbour(file, true));
    try (var step = new Changes(tables, groups, totals)) {
      step.file(removing);
      step.commit();
    }
    finish(removing, walk);
  }

  /** Counts what is left of it. @param walk the last that has begun */
  void finish(FileRecord file, long walk) throws IOException {
    boolean done = false;
    try {
      counting.finish(file, walk);
      done = true;
    } catch (NoSuchFileException lost) {
      throw new IndexDamaged("a kept index file is gone (" + lost.getFile() + ")");
    } finally {
      if (!done) totals.broken = true; // its next part is counted when the index is opened again
    }
  }
}
