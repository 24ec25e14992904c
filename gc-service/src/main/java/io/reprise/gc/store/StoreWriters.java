package io.reprise.gc.store;

import io.reprise.datastore.lock.ProcessLock.ForeignUse;
import io.reprise.datastore.os.Descriptor;
import io.reprise.datastore.os.FileTimes;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.gc.sweep.Cutoff;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Who writes into a datastore on disk: leases of ours, and the lock of a PBS. */
public final class StoreWriters implements Cutoff.Writers {
  private final Datastore datastore;
  private final Path clock;

  public StoreWriters(Datastore datastore) {
    this.datastore = datastore;
    clock = datastore.path().resolve(".reprise").resolve("clock");
  }

  /** Stamps a file and reads what the file server wrote. */
  @Override
  public Instant now() throws IOException {
    Path directory = clock.getParent();
    if (directory != null) Files.createDirectories(directory);
    try (var file = Descriptor.openOrCreate(clock, 0644)) {
      FileTimes.stamp(clock);
      return file.status().modified();
    }
  }

  @Override
  public @Nullable Instant oldestWriter() throws IOException {
    return datastore.writerLeases().oldest();
  }

  @Override
  public @Nullable Instant lastWithoutForeigner() throws IOException {
    return datastore.foreignWriters().lastAbsent();
  }

  @Override
  public boolean foreignCollection() throws IOException {
    return datastore.processLock().foreignUse() == ForeignUse.COLLECTING;
  }
}
