package io.reprise.gc.references;

import io.reprise.datastore.Digest;
import io.reprise.datastore.chunk.DigestMap;
import io.reprise.gc.references.FileRecord.State;
import io.reprise.gc.references.IndexFiles.Content;
import io.reprise.gc.references.Tables.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts an index file in or out. What is counted is runs: a chunk that is in ten neighbouring snapshots of a group has
 * one reference, so a new snapshot changes only what it does not share with its neighbours. With P before and N behind,
 * counting S in changes
 *
 * <pre>
 *   in S, in neither P nor N    one run more
 *   not in S, in both P and N   one run more: theirs is cut in two
 *   else                        nothing
 * </pre>
 *
 * and counting it out changes the same back. The range of digests is done in parts, so that memory is bounded for an
 * index of any size; each part is one step with the position behind it, so a crash repeats nothing.
 */
final class Counting {
  private static final int IN_PREVIOUS = 2;
  private static final int IN_NEXT = 4;
  private static final int LOOKUP = 1_000;

  private final Tables tables;
  private final IndexFiles files;
  private final ChunkFiles chunks;
  private final Groups groups;
  private final Totals totals;
  private final int partEntries;
  private final DigestMap own = new DigestMap();
  private final DigestMap others = new DigestMap();

  /** @param partEntries about how many entries are held at a time */
  Counting(
      Tables tables,
      IndexFiles files,
      ChunkFiles chunks,
      Groups groups,
      Totals totals,
      int partEntries) {
    this.tables = tables;
    this.files = files;
    this.chunks = chunks;
    this.groups = groups;
    this.totals = totals;
    this.partEntries = partEntries;
  }

  /** Does all parts that are left, then what ends it. @param walk the last that has begun */
  void finish(FileRecord begun, long walk) throws IOException {
    FileRecord previous = find(begun.previous());
    FileRecord next = find(begun.next());
    int parts = parts(begun, previous, next);
    FileRecord file = begun;
    while (file.part() < parts) {
      compare(file, previous, next, parts);
      boolean last = file.part() == parts - 1;
      try (var step = new Changes(tables, groups, totals)) {
        change(file, step, walk);
        file = file.at(file.part() + 1);
        if (last) end(file, step);
        else step.file(file);
        step.commit();
      }
    }
    if (begun.state() == State.REMOVING && !isUsed(begun.identity())) {
      files.dropKept(begun.identity());
    }
  }

  private @Nullable FileRecord find(long id) throws IOException {
    if (id == 0) return null;
    byte[] value = tables.get(Table.FILES, Keys.number(id));
    if (value == null) throw new IndexDamaged("neighbouring index file " + id + " is unknown");
    return FileRecord.decode(id, value);
  }

  /** A power of two, so that the first bits of a digest tell its part. */
  private int parts(FileRecord file, @Nullable FileRecord previous, @Nullable FileRecord next) {
    long most = file.entries();
    if (previous != null) most = Math.max(most, previous.entries());
    if (next != null) most = Math.max(most, next.entries());
    int parts = 1;
    while (most / parts > partEntries) parts *= 2;
    return parts;
  }

  /** Fills the sets with this part of the range. */
  private void compare(
      FileRecord file, @Nullable FileRecord previous, @Nullable FileRecord next, int parts)
      throws IOException {
    int part = file.part();
    own.clear((int) Math.min(partEntries, file.entries()));
    others.clear(0);
    each(file, part, parts, (a, b, c, d) -> own.add(a, b, c, d, 0));
    if (previous != null) {
      each(previous, part, parts, (a, b, c, d) -> {
        if (!mark(own, a, b, c, d, IN_PREVIOUS) && next != null) others.add(a, b, c, d, 0);
      });
    }
    if (next != null) {
      each(next, part, parts, (a, b, c, d) -> {
        if (!mark(own, a, b, c, d, IN_NEXT)) mark(others, a, b, c, d, IN_NEXT);
      });
    }
  }

  /** @return false if the digest is not there */
  private static boolean mark(DigestMap map, long a, long b, long c, long d, int mark) {
    int position = map.find(a, b, c, d);
    if (position < 0) return false;
    map.setValue(position, map.value(position) | mark);
    return true;
  }

  private static void collect(DigestMap map, int marks, List<Digest> into) {
    for (int position = 0; position < map.size(); position++) {
      if (map.value(position) == marks) into.add(map.digest(position));
    }
  }

  private void each(
      FileRecord file, int part, int parts, io.reprise.datastore.index.IndexReader.DigestSink sink)
      throws IOException {
    try (Content content = files.openKept(file.identity())) {
      if (parts == 1) {
        content.digests(sink);
        return;
      }
      int shift = Integer.numberOfLeadingZeros(parts) + 33; // 64 − log2(parts)
      content.digests((a, b, c, d) -> {
        if (a >>> shift == part) sink.accept(a, b, c, d);
      });
    }
  }

  private void change(FileRecord file, Changes step, long walk) throws IOException {
    var digests = new ArrayList<Digest>();
    collect(own, 0, digests);
    collect(others, IN_NEXT, digests);
    digests.sort(null); // as the table is sorted
    int delta = file.state() == State.ADDING ? 1 : -1;
    for (int at = 0; at < digests.size(); at += LOOKUP) {
      change(digests.subList(at, Math.min(at + LOOKUP, digests.size())), file, delta, step, walk);
    }
  }

  private void change(List<Digest> digests, FileRecord file, int delta, Changes step, long walk)
      throws IOException {
    List<byte @Nullable []> records =
        tables.getAll(Table.CHUNKS, digests.stream().map(Keys::digest).toList());
    for (int i = 0; i < records.size(); i++) {
      Digest digest = digests.get(i);
      byte[] value = records.get(i);
      if (value == null) {
        if (delta < 0) throw new IndexDamaged("chunk " + digest + " was never counted");
        step.newChunk(digest, ChunkRecord.unreferenced(size(digest)).plus(file.group(), delta));
        continue;
      }
      ChunkRecord before = ChunkRecord.decode(value);
      ChunkRecord known = before.isOrphan() ? before.withSize(sizeOfOrphan(digest)) : before;
      step.chunk(digest, before, known.plus(file.group(), delta), walk);
    }
  }

  /**
   * An orphan that is referenced again: it may have been deleted and written anew since it was looked at, or touched just
   * before a sweeper that died set it aside.
   */
  private long sizeOfOrphan(Digest digest) throws IOException {
    long size = size(digest);
    if (size != ChunkRecord.MISSING || chunks.findAside(digest) == null) return size;
    chunks.putBack(digest);
    return size(digest);
  }

  private long size(Digest digest) throws IOException {
    ChunkFiles.Status status = chunks.find(digest);
    return status == null ? ChunkRecord.MISSING : status.size();
  }

  private void end(FileRecord file, Changes step) throws IOException {
    if (file.state() == State.ADDING) {
      step.file(file.counted());
      step.put(Table.LINEAGES, Keys.lineage(file), new byte[0]);
      step.fileCounted(file, 1);
      return;
    }
    step.delete(Table.FILES, Keys.number(file.id()));
    step.delete(Table.LINEAGES, Keys.lineage(file));
    step.delete(
        Table.IDENTITIES,
        Keys.identity(file.identity(), file.group(), file.archive(), file.time()));
    step.delete(Table.INODES, Keys.number(file.inode()));
    step.fileCounted(file, -1);
  }

  /** True if a file of that content is counted, at any place. */
  boolean isUsed(IndexIdentity identity) throws IOException {
    byte[] prefix = Keys.identityPrefix(identity);
    try (var all = tables.iterator(Table.IDENTITIES)) {
      all.seek(prefix);
      boolean used = all.isValid() && Tables.startsWith(all.key(), prefix);
      Tables.check(all);
      return used;
    }
  }
}
