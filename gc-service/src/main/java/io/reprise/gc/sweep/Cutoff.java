package io.reprise.gc.sweep;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which access times are old enough (datastore.md §7.4): all writers that may rely on a chunk have touched it since they
 * began. To be asked before a walk lists anything: who ends between listing and asking would be seen by neither.
 *
 * @param grace how old an access time must be besides: a day, as relatime renews them once a day
 * @param margin clocks of hosts differ
 */
public record Cutoff(Duration grace, Duration margin) {
  public static final Cutoff DEFAULT = new Cutoff(Duration.ofDays(1), Duration.ofSeconds(300));

  /** Who is writing into a datastore. */
  public interface Writers {
    /** The file server's clock. */
    Instant now() throws IOException;

    /** When the oldest running writer of ours began; null if there is none. */
    @Nullable
    Instant oldestWriter() throws IOException;

    /** The last moment without a foreign writer; null if never seen so. */
    @Nullable
    Instant lastWithoutForeigner() throws IOException;

    /** True while a PBS collects garbage: then nothing may be moved, renamed or removed. */
    boolean foreignCollection() throws IOException;
  }

  /** Chunks accessed before this may go. */
  public Instant of(Writers writers) throws IOException {
    return of(writers.now(), writers.oldestWriter(), writers.lastWithoutForeigner());
  }

  Instant of(
      Instant walkStarted, @Nullable Instant oldestWriter, @Nullable Instant lastWithoutForeigner) {
    if (lastWithoutForeigner == null) return Instant.EPOCH;
    Instant limit = earlier(walkStarted.minus(grace), lastWithoutForeigner);
    if (oldestWriter != null) limit = earlier(limit, oldestWriter);
    return limit.minus(margin);
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }
}
