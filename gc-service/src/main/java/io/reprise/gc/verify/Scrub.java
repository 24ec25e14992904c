package io.reprise.gc.verify;

import io.reprise.datastore.Digest;
import io.reprise.datastore.os.DirectoryReader;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.DatastoreConfig;
import io.reprise.datastore.snapshot.DatastoreLayout;
import io.reprise.datastore.snapshot.Maintenance;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.RepriseConfig;
import io.reprise.platform.config.ScrubSettings;
import io.reprise.platform.event.ChunkCorrupt;
import io.reprise.platform.event.Events;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * Goes round the chunks of one datastore by itself, at a rate of its own: the directory that was looked at longest ago first,
 * in it the chunk whose last proof is the oldest. What was proved lately, by whatever, is left alone. Where it is stands in
 * the {@link ChunkProofs}, so a restart goes on there. How fast is said by the {@link ScrubPace}.
 */
public final class Scrub {
  private static final Logger LOG = Logger.getLogger(Scrub.class);
  private static final Duration LATER = Duration.ofSeconds(5);
  private static final long SLICE_NANOS = 5_000_000_000L;
  private static final long NAP_NANOS = 200_000_000L;

  private final String store;
  private final Datastores configured;
  private final RepriseConfig own;
  private final DatastoreLayout layout;
  private final Events events;
  private volatile State state = State.OFF;
  private volatile long bytes;
  private final ScrubPace pace = new ScrubPace(System::nanoTime);

  /**
   * How it stands.
   *
   * @param running false if it is not configured, or nothing is due
   * @param done part of the datastore that was proved within its time, 0 … 1
   * @param oldest epoch seconds of the directory that was scrubbed longest ago; 0 if one never was
   */
  public record State(boolean configured, boolean running, double done, int oldest) {
    static final State OFF = new State(false, false, 0, 0);
  }

  Scrub(
      String store,
      Datastores configured,
      RepriseConfig own,
      DatastoreLayout layout,
      Events events) {
    this.store = store;
    this.configured = configured;
    this.own = own;
    this.layout = layout;
    this.events = events;
  }

  public State state() {
    return state;
  }

  /** Stored bytes read since the start of this process. */
  public long bytes() {
    return bytes;
  }

  /**
   * Scrubs for some seconds.
   *
   * @param goOn asked again and again
   * @return how long to wait before the next call
   */
  Duration go(StoreVerifier verifier, BooleanSupplier goOn) throws IOException {
    ScrubSettings settings = own.scrub(store);
    DatastoreConfig config = configured.find(store);
    if (settings.bytesPerSecond() == 0 || config == null || isClosed(config)) {
      state = State.OFF;
      return LATER;
    }
    ChunkProofs proofs = verifier.proofs();
    int due = StoreVerifier.now() - (int) settings.interval().toSeconds();
    tell(proofs, due);
    if (proofs.scrubbed(proofs.oldestDirectory()) >= due) return LATER;
    long end = System.nanoTime() + SLICE_NANOS;
    try (var datastore = Datastore.open(config, layout);
        var prover = new ChunkProver();
        var reader = new DirectoryReader()) {
      var round = new Round(verifier, proofs, datastore, prover, reader, settings, due, goOn);
      while (System.nanoTime() < end && goOn.getAsBoolean()) {
        int directory = proofs.oldestDirectory();
        if (proofs.scrubbed(directory) >= due) break;
        round.directory(directory);
      }
    }
    tell(proofs, due);
    return Duration.ZERO;
  }

  private boolean isClosed(DatastoreConfig config) {
    Maintenance maintenance = config.maintenance();
    return maintenance != null && maintenance.refusal(store, Maintenance.Operation.READ) != null;
  }

  private void tell(ChunkProofs proofs, int due) {
    int oldest = proofs.scrubbed(proofs.oldestDirectory());
    state = new State(true, oldest < due, proofs.scrubbedSince(due), oldest);
  }

  /** What one slice works with. */
  private final class Round {
    private final StoreVerifier verifier;
    private final ChunkProofs proofs;
    private final Datastore datastore;
    private final ChunkProver prover;
    private final DirectoryReader reader;
    private final ScrubSettings settings;
    private final int due;
    private final BooleanSupplier goOn;

    Round(
        StoreVerifier verifier,
        ChunkProofs proofs,
        Datastore datastore,
        ChunkProver prover,
        DirectoryReader reader,
        ScrubSettings settings,
        int due,
        BooleanSupplier goOn) {
      this.verifier = verifier;
      this.proofs = proofs;
      this.datastore = datastore;
      this.prover = prover;
      this.reader = reader;
      this.settings = settings;
      this.due = due;
      this.goOn = goOn;
    }

    void directory(int number) throws IOException {
      int began = StoreVerifier.now();
      List<Digest> present = ChunkDirectory.list(datastore, number, reader);
      List<Digest> old = present.stream()
          .filter(digest -> proofs.when(digest) < due)
          .sorted(Comparator.comparingInt(proofs::when))
          .toList();
      for (Digest digest : old) {
        if (!pause()) return; // the directory is looked at again; what was proved in it is known
        prove(digest);
      }
      proofs.scrubbed(number, began, ChunkDirectory.heads(present));
    }

    /** Waits for the next chunk's turn. @return false if it is to stop */
    private boolean pause() {
      while (goOn.getAsBoolean()) {
        long wait = pace.pause();
        if (wait <= 0) return true;
        try {
          Thread.sleep(Duration.ofNanos(Math.min(wait, NAP_NANOS)));
        } catch (InterruptedException stop) {
          return false;
        }
      }
      return false;
    }

    private void prove(Digest digest) throws IOException {
      long size = 0;
      switch (prover.prove(datastore.chunks(), digest)) {
        case ChunkVerdict.Good good -> {
          size = good.storedBytes();
          proofs.proved(digest, StoreVerifier.now());
        }
        case ChunkVerdict.Corrupt corrupt -> corrupt(digest, corrupt);
        case ChunkVerdict.Missing collected -> {}
        case ChunkVerdict.Unreadable unreadable ->
          LOG.warnf(
              "%s: chunk %s cannot be read: %s",
              store, digest, unreadable.cause().getMessage());
      }
      bytes += size;
      pace.read(size, settings.bytesPerSecond(), datastore.writerLeases());
    }

    private void corrupt(Digest digest, ChunkVerdict.Corrupt corrupt) throws IOException {
      Path aside = BadChunks.setAside(
          datastore.chunks(), digest, corrupt.inode(), file -> announce(digest, file));
      if (aside == null) return;
      LOG.errorf(
          "%s: chunk %s is corrupt (%s), it is now %s", store, digest, corrupt.problem(), aside);
      verifier.foundCorrupt();
    }

    private void announce(Digest digest, Path aside) {
      events.announce(
          new ChunkCorrupt(store, digest, datastore.path().relativize(aside).toString(), "scrub"));
    }
  }
}
