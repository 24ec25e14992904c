package io.reprise.ingest.reader;

import io.reprise.datastore.Digest;
import io.reprise.datastore.index.IndexReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The chunks that a session's client may ask for: those of the indexes that it has downloaded (protocol.md §4.2). They are
 * looked up in the index files themselves. Safe for several threads.
 */
final class AllowedChunks implements AutoCloseable {
  private final Path scratch;
  private final List<Downloaded> indexes = new ArrayList<>();

  /** @param scratch directory for tables of large indexes, in files that nobody else sees */
  AllowedChunks(Path scratch) {
    this.scratch = scratch;
  }

  /** Where a chunk stands. */
  record Place(IndexReader index, long entry) {}

  private static final class Downloaded {
    final IndexReader index;

    @Nullable
    DigestTable table;

    Downloaded(IndexReader index) {
      this.index = index;
    }
  }

  /**
   * Allows all chunks of an index.
   *
   * @param index belongs to this from here on
   * @return false, and the index is closed, if it is here already
   */
  synchronized boolean add(IndexReader index) throws IOException {
    for (Downloaded known : indexes) {
      if (known.index.uuid().equals(index.uuid())
          && known.index.checksum().equals(index.checksum())
          && known.index.entryCount() == index.entryCount()) {
        index.close();
        return false;
      }
    }
    indexes.add(new Downloaded(index));
    return true;
  }

  /** @return null if no downloaded index has the chunk */
  synchronized @Nullable Place find(Digest digest) throws IOException {
    for (int i = 0; i < indexes.size(); i++) {
      Downloaded downloaded = indexes.get(i);
      if (downloaded.table == null) {
        downloaded.table = DigestTable.build(downloaded.index, scratch);
      }
      long entry = downloaded.table.find(digest);
      if (entry < 0) continue;
      if (i > 0) { // the next one will be there too
        indexes.remove(i);
        indexes.addFirst(downloaded);
      }
      return new Place(downloaded.index, entry);
    }
    return null;
  }

  @Override
  public synchronized void close() throws IOException {
    IOException failed = null;
    for (Downloaded downloaded : indexes) {
      try (var index = downloaded.index;
          var table = downloaded.table) {
        continue;
      } catch (IOException e) {
        failed = e;
      }
    }
    indexes.clear();
    if (failed != null) throw failed;
  }
}
