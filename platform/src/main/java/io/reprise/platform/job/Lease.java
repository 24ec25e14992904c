package io.reprise.platform.job;

import io.reprise.datastore.lock.LockFile;
import java.io.IOException;

/** The right to do what only one replica may; ends with its process. */
public final class Lease implements AutoCloseable {
  private final String name;
  private final LockFile lock;
  private final long epoch;
  private final long previousEpoch;

  Lease(String name, LockFile lock, long epoch, long previousEpoch) {
    this.name = name;
    this.lock = lock;
    this.epoch = epoch;
    this.previousEpoch = previousEpoch;
  }

  /** Greater than that of any holder before: what bears a smaller one was written by somebody who has lost it. */
  public long epoch() {
    return epoch;
  }

  /** Of the last holder before; 0 if that is not known. */
  public long previousEpoch() {
    return previousEpoch;
  }

  /** False once somebody broke it, or the file server forgot it. */
  public boolean isHeld() {
    return lock.isHeld();
  }

  /** @throws LeaseLost unless it is held; long work asks again and again, and before what cannot be undone */
  public void require() throws LeaseLost {
    if (!isHeld()) throw new LeaseLost(name);
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
