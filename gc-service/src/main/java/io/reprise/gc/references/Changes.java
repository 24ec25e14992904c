package io.reprise.gc.references;

import io.reprise.datastore.Digest;
import io.reprise.gc.references.Keys.Orphaned;
import io.reprise.gc.references.Tables.Table;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * One step of the index: everything that changes together, with the sums that follow from it. If it is not committed, the
 * sums in memory are no longer those on disk: then the index says that it is to be opened again.
 */
final class Changes implements AutoCloseable {
  private final Groups groups;
  private final Totals totals;
  private final Tables.Batch batch;
  private final Set<Integer> changed = new HashSet<>();
  private boolean pending;

  Changes(Tables tables, Groups groups, Totals totals) {
    this.groups = groups;
    this.totals = totals;
    batch = tables.batch();
  }

  void put(Table table, byte[] key, byte[] value) throws IOException {
    pending = true;
    batch.put(table, key, value);
  }

  void delete(Table table, byte[] key) throws IOException {
    batch.delete(table, key);
  }

  void file(FileRecord file) throws IOException {
    put(Table.FILES, Keys.number(file.id()), file.encode());
  }

  /** A file is counted now, or no longer. */
  void fileCounted(FileRecord file, int sign) {
    groups.of(file.group()).addFile(file.dataBytes(), sign);
    changed.add(file.group());
    totals.files += sign;
    totals.dataBytes += sign * file.dataBytes();
  }

  /** Replaces what is known of a chunk; either may have no reference. */
  void chunk(Digest digest, ChunkRecord before, ChunkRecord after, long walk) throws IOException {
    account(before, -1);
    account(after, 1);
    byte[] key = Keys.digest(digest);
    put(Table.CHUNKS, key, after.encode());
    if (after.isOrphan()) put(Table.ORPHANS, key, new Orphaned(walk, 0).encode());
    else if (before.isOrphan()) delete(Table.ORPHANS, key);
  }

  void newChunk(Digest digest, ChunkRecord chunk) throws IOException {
    account(chunk, 1);
    put(Table.CHUNKS, Keys.digest(digest), chunk.encode());
  }

  /** The chunk is no longer there. */
  void forget(Digest digest, ChunkRecord orphan) throws IOException {
    account(orphan, -1);
    byte[] key = Keys.digest(digest);
    delete(Table.CHUNKS, key);
    delete(Table.ORPHANS, key);
  }

  private void account(ChunkRecord chunk, int sign) {
    long size = Math.max(0, chunk.size());
    int sharedBy = chunk.groups().length;
    for (int group : chunk.groups()) {
      groups.of(group).addChunk(sharedBy, size, sign);
      changed.add(group);
    }
    if (chunk.isOrphan()) {
      totals.orphans += sign;
      totals.orphanBytes += sign * size;
    } else if (chunk.size() == ChunkRecord.MISSING) {
      totals.missing += sign;
    } else {
      totals.chunks += sign;
      totals.chunkBytes += sign * size;
    }
  }

  void commit() throws IOException {
    for (int group : changed) {
      put(Table.GROUPS, Keys.group(group), groups.of(group).encode());
    }
    put(Table.META, Keys.TOTALS, totals.encode());
    batch.write();
    pending = false;
  }

  @Override
  public void close() {
    if (pending) totals.broken = true;
    batch.close();
  }
}
