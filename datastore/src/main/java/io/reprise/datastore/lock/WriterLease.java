package io.reprise.datastore.lock;

import java.io.IOException;
import java.time.Instant;

/** One writer's place among the {@link WriterLeases}. Whoever finds it lost must not acknowledge what it wrote. */
public final class WriterLease implements AutoCloseable {
  private final LockFile file;
  private final Instant since;

  WriterLease(LockFile file) throws IOException {
    this.file = file;
    this.since = file.status().modified();
  }

  /** When it was taken, by the file server's clock. */
  public Instant since() {
    return since;
  }

  /** False once the file server forgot the lock, or somebody deleted the file. */
  public boolean isHeld() {
    return file.isHeld();
  }

  /** The writer is done. */
  @Override
  public void close() throws IOException {
    file.delete();
  }
}
