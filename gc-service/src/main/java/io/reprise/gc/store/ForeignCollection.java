package io.reprise.gc.store;

import io.reprise.datastore.lock.ProcessLock.ForeignUse;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.platform.job.JobRun;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/**
 * The garbage collection of a PBS in the same datastore: while it runs nothing may be moved or removed (ADR 8). It may take
 * hours, each night at the time of a job; so jobs wait for its end.
 */
public final class ForeignCollection {
  private static final Duration LOOK = Duration.ofMillis(500);

  private ForeignCollection() {}

  /**
   * Returns when none runs; the task's log says what is waited for.
   *
   * @throws IOException if the run is to end, as {@link JobRun#check}
   */
  public static void awaitEnd(Datastore datastore, JobRun run) throws IOException {
    boolean told = false;
    while (datastore.processLock().foreignUse() == ForeignUse.COLLECTING) {
      if (!told) {
        run.task().log("waiting: a Proxmox Backup Server collects garbage in this datastore");
      }
      told = true;
      run.check();
      pause();
    }
  }

  private static void pause() throws InterruptedIOException {
    try {
      Thread.sleep(LOOK);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a PBS collects garbage");
    }
  }
}
