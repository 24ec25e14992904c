package io.reprise.gc.collect;

import io.reprise.datastore.Digest;
import io.reprise.gc.sweep.Cutoff;
import io.reprise.gc.sweep.Pass;
import io.reprise.platform.event.ChunkOrphaned;
import io.reprise.platform.event.Events;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Tells the sweepers of all replicas of orphans, by events; while Kafka is away, nobody. */
final class Offers implements Pass.Outlet {
  private static final Logger LOG = Logger.getLogger(Offers.class);
  private static final long PATIENCE_SECONDS = 10;

  private final String store;
  private final long epoch;
  private final Duration validity;
  private final Cutoff.Writers writers;
  private final Events events;

  Offers(String store, long epoch, Duration validity, Cutoff.Writers writers, Events events) {
    this.store = store;
    this.epoch = epoch;
    this.validity = validity;
    this.writers = writers;
    this.events = events;
  }

  /** An event that may or may not have gone out does no harm: two sweepers at one chunk are as good as one. */
  @Override
  public @Nullable Duration offer(List<Digest> digests, Instant cutoff) throws IOException {
    if (!events.status().connected()) return null;
    Instant end = writers.now().plus(validity);
    try {
      events
          .tell(new ChunkOrphaned(store, epoch, cutoff, end, digests))
          .toCompletableFuture()
          .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return validity;
    } catch (ExecutionException | TimeoutException lost) {
      LOG.infof("%s: orphaned chunks are swept here, Kafka does not take them: %s", store, lost);
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
