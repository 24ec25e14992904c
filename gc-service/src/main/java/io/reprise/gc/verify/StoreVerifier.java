package io.reprise.gc.verify;

import io.reprise.datastore.InvalidName;
import io.reprise.platform.job.Lease;
import io.reprise.platform.job.Leases;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what is known of the chunks of one datastore, if no other replica does, and scrubs it; all its verifications run here.
 *
 * <pre>
 * waiting ── lease taken ──→ keeping ── lease lost, stop ──→ waiting
 * </pre>
 */
public final class StoreVerifier {
  private static final Logger LOG = Logger.getLogger(StoreVerifier.class);
  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final Duration SAVE = Duration.ofMinutes(5);

  private final String store;
  private final Path directory;
  private final Leases leases;
  private final Scrub scrub;
  private final NewSnapshots fresh;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread;
  private final AtomicLong corrupt = new AtomicLong();
  private volatile @Nullable ChunkProofs proofs;
  private volatile String problem = "";

  StoreVerifier(String store, Path directory, Leases leases, Scrub scrub, NewSnapshots fresh) {
    this.store = store;
    this.directory = directory;
    this.leases = leases;
    this.scrub = scrub;
    this.fresh = fresh;
    thread = Thread.ofPlatform().name("verify " + store).daemon().unstarted(this::run);
  }

  public String store() {
    return store;
  }

  /** True if this replica does the verifications of the datastore. */
  public boolean isHere() {
    return proofs != null;
  }

  public Scrub scrub() {
    return scrub;
  }

  /** Corrupt chunks that this process has set aside. */
  public long corruptChunks() {
    return corrupt.get();
  }

  /** Why it does not get on; empty if it does. */
  public String problem() {
    return problem;
  }

  /** @throws IllegalStateException if another replica keeps them */
  ChunkProofs proofs() {
    ChunkProofs known = proofs;
    if (known == null) throw new IllegalStateException("verified by another replica: " + store);
    return known;
  }

  void foundCorrupt() {
    corrupt.incrementAndGet();
  }

  static int now() {
    return (int) Instant.now().getEpochSecond();
  }

  void start() {
    thread.start();
  }

  void stop() {
    stopped.countDown();
  }

  void join(Duration patience) {
    try {
      thread.join(patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    do {
      try {
        Lease lease = leases.tryAcquire("verify-" + store);
        if (lease != null) keep(lease);
      } catch (IOException | InvalidName e) {
        fail(e);
      } catch (RuntimeException e) {
        LOG.errorf(e, "%s: verification failed, it begins again", store);
        problem = String.valueOf(e);
      }
    } while (!waited(RETRY));
  }

  private void fail(Exception e) {
    String message = String.valueOf(e.getMessage());
    if (!message.equals(problem)) LOG.warnf("%s: %s", store, message);
    problem = message;
  }

  /** @return true if it is to stop */
  private boolean waited(Duration time) {
    try {
      return stopped.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException stop) {
      return true;
    }
  }

  private void keep(Lease lease) throws IOException {
    var kept = new ChunkProofs(directory);
    String damage = kept.load();
    if (!damage.isEmpty()) LOG.warnf("%s: %s", store, damage);
    try (lease) {
      proofs = kept;
      long saved = System.nanoTime();
      while (lease.isHeld()) {
        Duration pause = RETRY;
        try {
          fresh.look();
          pause = scrub.go(this, () -> stopped.getCount() > 0 && lease.isHeld());
          problem = "";
        } catch (IOException | InvalidName e) {
          fail(e);
        }
        if (System.nanoTime() - saved > SAVE.toNanos()) {
          kept.save();
          saved = System.nanoTime();
        }
        if (waited(pause)) break;
      }
      if (lease.isHeld()) kept.save();
    } finally {
      proofs = null;
    }
  }
}
