package io.reprise.ingest.store;

import io.reprise.datastore.Digest;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.RemovedSnapshot;
import io.reprise.platform.task.Task;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a removed snapshot can still be restored. */
final class RemovedChunks {
  private final Datastore datastore;

  RemovedChunks(Datastore datastore) {
    this.datastore = datastore;
  }

  /**
   * Looks for every chunk of its indexes.
   *
   * @return how many entries there are
   * @throws IOException naming the first chunk that is missing, or the index that cannot be read
   */
  long check(RemovedSnapshot removed, Task task) throws IOException {
    long entries = 0;
    Path directory = datastore.removed().content(removed);
    try (var files = Files.newDirectoryStream(directory, "*.{fidx,didx}")) {
      for (Path file : files) {
        try (IndexReader index = IndexReader.open(file)) {
          index.digests((a, b, c, d) -> require(new Digest(a, b, c, d), file, task));
          entries += index.entryCount();
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return entries;
  }

  private void require(Digest digest, Path file, Task task) throws IOException {
    task.checkAbort();
    if (!datastore.chunks().exists(digest)) {
      throw new IOException("chunk " + digest + " of " + file + " is missing: the snapshot stays"
          + " removed; a copy elsewhere, if there is one, is to be synced");
    }
  }
}
