package io.reprise.datastore.lock;

import io.reprise.datastore.lock.ProcessLock.ForeignUse;
import io.reprise.datastore.os.Descriptor;
import io.reprise.datastore.os.FileStatus;
import io.reprise.datastore.os.FileTimes;
import io.reprise.datastore.os.Rename;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Remembers, for all hosts and across restarts, when no PBS was last seen writing into the datastore. A PBS does not say
 * since when it writes; so what is younger than that moment may belong to one that still runs.
 */
public final class ForeignWriters {
  private final ProcessLock lock;
  private final Path memory;

  /** @param memory an empty file whose modification time is the moment; below {@code <state>/locks/<store>/} */
  public ForeignWriters(ProcessLock lock, Path memory) {
    this.lock = lock;
    this.memory = memory;
  }

  /**
   * Looks now, and remembers if there is none.
   *
   * @return the last moment at which no PBS was writing, by the file server's clock; null if never seen so
   */
  public @Nullable Instant lastAbsent() throws IOException {
    Path directory = memory.toAbsolutePath().getParent();
    if (directory != null) Files.createDirectories(directory);
    Path asked = memory.resolveSibling(memory.getFileName() + "." + UUID.randomUUID());
    try {
      // The moment is taken before the question: a writer that comes in between counts as one.
      Descriptor.openOrCreate(asked, 0644).close();
      FileTimes.stamp(asked);
      if (lock.foreignUse() == ForeignUse.NONE) {
        Rename.replace(asked, memory);
      }
    } finally {
      Files.deleteIfExists(asked);
    }
    FileStatus seen = FileStatus.find(memory);
    return seen == null ? null : seen.modified();
  }
}
