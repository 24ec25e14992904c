package io.reprise.gc.references;

import io.reprise.datastore.Digest;
import io.reprise.gc.references.Keys.Orphaned;
import io.reprise.gc.references.ReferenceIndex.Orphan;
import io.reprise.gc.references.Tables.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Chunks that lost their last reference, and since which walk. */
final class Orphans {
  private final Tables tables;
  private final Groups groups;
  private final Totals totals;

  Orphans(Tables tables, Groups groups, Totals totals) {
    this.tables = tables;
    this.groups = groups;
    this.totals = totals;
  }

  /** @param complete the last walk that was */
  List<Orphan> due(@Nullable Digest after, long now, int limit, long complete) throws IOException {
    var due = new ArrayList<Orphan>();
    try (var all = tables.iterator(Table.ORPHANS)) {
      if (after == null) all.seekToFirst();
      else {
        all.seek(Keys.digest(after));
        if (all.isValid() && Arrays.equals(all.key(), Keys.digest(after))) all.next();
      }
      for (; all.isValid() && due.size() < limit; all.next()) {
        Orphaned since = Orphaned.decode(all.value());
        if (since.walk() >= complete || since.notBefore() > now) continue;
        Digest digest = Digest.of(all.key());
        due.add(new Orphan(digest, chunk(digest).size(), since.notBefore() > 0));
      }
      Tables.check(all);
    }
    return due;
  }

  private ChunkRecord chunk(Digest digest) throws IOException {
    byte[] value = tables.get(Table.CHUNKS, Keys.digest(digest));
    if (value == null) throw new IndexDamaged("orphan " + digest + " has no record");
    return ChunkRecord.decode(value);
  }

  boolean needsWalk(long complete) throws IOException {
    try (var all = tables.iterator(Table.ORPHANS)) {
      for (all.seekToFirst(); all.isValid(); all.next()) {
        if (Orphaned.decode(all.value()).walk() >= complete) return true;
      }
      Tables.check(all);
    }
    return false;
  }

  void postpone(Iterable<Digest> digests, long notBefore) throws IOException {
    try (var step = new Changes(tables, groups, totals)) {
      for (Digest digest : digests) {
        byte[] key = Keys.digest(digest);
        byte[] value = tables.get(Table.ORPHANS, key);
        if (value == null) continue;
        long walk = Orphaned.decode(value).walk();
        step.put(Table.ORPHANS, key, new Orphaned(walk, notBefore).encode());
      }
      step.commit();
    }
  }

  void forget(Iterable<Digest> digests) throws IOException {
    try (var step = new Changes(tables, groups, totals)) {
      for (Digest digest : digests) {
        byte[] value = tables.get(Table.CHUNKS, Keys.digest(digest));
        if (value == null) continue;
        ChunkRecord chunk = ChunkRecord.decode(value);
        if (chunk.isOrphan()) step.forget(digest, chunk);
      }
      step.commit();
    }
  }
}
