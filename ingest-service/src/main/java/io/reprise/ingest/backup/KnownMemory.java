package io.reprise.ingest.backup;

import io.reprise.datastore.chunk.DigestMap;
import io.reprise.ingest.memory.MemoryBudget;
import io.reprise.ingest.memory.NamelessFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a session's known digests lie: in the heap as long as the budget has room for them, and after that in a file
 * without a name, which the system keeps in memory as far as it likes. So a backup of any size costs bounded memory.
 */
final class KnownMemory implements DigestMap.Memory, AutoCloseable {
  private final MemoryBudget budget;
  private final Path directory;
  private long held;
  private long mapped;
  private @Nullable FileChannel file;

  /** @param directory for the file; on a disk */
  KnownMemory(MemoryBudget budget, Path directory) {
    this.budget = budget;
    this.directory = directory;
  }

  @Override
  public ByteBuffer allocate(int bytes) throws IOException {
    if (budget.tryKeep(bytes)) {
      held += bytes;
      return ByteBuffer.allocate(bytes);
    }
    FileChannel to = file;
    if (to == null) {
      to = NamelessFile.open(directory);
      file = to;
    }
    ByteBuffer zeros = to.map(MapMode.READ_WRITE, mapped, bytes);
    mapped += bytes;
    return zeros;
  }

  @Override
  public void free(ByteBuffer unused) {
    if (unused.isDirect()) return; // goes with its mapping
    held -= unused.capacity();
    budget.giveUp(unused.capacity());
  }

  /** What was allocated is not used any more. */
  @Override
  public void close() throws IOException {
    budget.giveUp(held);
    held = 0;
    if (file != null) file.close();
  }
}
