package io.reprise.datastore.lock;

import io.reprise.datastore.os.Descriptor;
import io.reprise.datastore.os.RecordLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Counts the snapshots that we moved within a datastore, from all hosts. A walk over all index files may miss one that
 * moves from where the walk has not been to where it was: if the counter reads the same before and after, none did.
 *
 * <p>The count grows under a lock that is kept until the move is over, and reading waits for that lock. So a mover that
 * is killed half way, with its host even, cannot go unseen: either the walk's first reading comes after it, or its count
 * is seen by the last.
 */
public final class MoveCounter {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path file;

  /** What is done while the counter is locked: one rename. */
  public interface Move {
    void run() throws IOException;
  }

  /** @param file below {@code <state>/locks/<store>/}; made when missing */
  public MoveCounter(Path file) {
    this.file = file;
  }

  /** @throws LockBusy if another move goes on for half a minute */
  public void move(Move move) throws IOException {
    try (var counter = lock()) {
      long count = read(counter);
      counter.write(ByteBuffer.allocate(Long.BYTES).putLong(count + 1).flip());
      counter.fsync(); // a rename goes to a file server at once, a write when the kernel likes
      move.run();
    }
  }

  /** Moves so far; waits for one that is under way. */
  public long read() throws IOException {
    try (var counter = lock()) {
      return read(counter);
    }
  }

  private Descriptor lock() throws IOException {
    Files.createDirectories(file.getParent());
    return Patience.wait(PATIENCE, () -> {
      Descriptor counter = Descriptor.openOrCreate(file, 0660);
      boolean locked = false;
      try {
        locked = RecordLock.tryLock(counter, 0, 0, false);
        if (locked) return counter;
        throw new LockBusy(file, "another move");
      } finally {
        if (!locked) counter.close();
      }
    });
  }

  private static long read(Descriptor counter) throws IOException {
    var bytes = ByteBuffer.allocate(Long.BYTES);
    return counter.read(bytes, 0) == Long.BYTES ? bytes.flip().getLong() : 0;
  }
}
