package io.reprise.bench.gc;

import io.reprise.datastore.Digest;
import io.reprise.gc.references.ReferenceIndex;
import io.reprise.gc.store.StoreChunkFiles;
import io.reprise.gc.store.StoreIndexFiles;
import io.reprise.gc.store.StoreWriters;
import io.reprise.gc.sweep.Cutoff;
import io.reprise.gc.sweep.FullCollection;
import io.reprise.gc.sweep.Pass;
import io.reprise.gc.sweep.Sweeper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * One row.
 *
 * @param full a full collection that leaves its orphans, as if they were young
 * @param unlinking what one that deletes them takes more
 * @param pass over one night's change: walk, counting, barrier
 * @param sweeping of what that orphaned
 * @param building of the index from nothing
 */
record Measured(
    long chunks,
    long indexFiles,
    long references,
    Cost full,
    Cost unlinking,
    long unlinked,
    Cost pass,
    Cost sweeping,
    long swept,
    Cost building,
    long indexBytes) {
  private static final int WARM_UP = 8;
  private static final int NIGHTS = 5;
  private static final int ENTRIES = 8_200;
  private static final Cutoff NEVER = new Cutoff(Duration.ofDays(3_650), Duration.ZERO);

  static Measured of(MadeStore store, Path directory, Consumer<String> tell) throws IOException {
    try (var datastore = store.open()) {
      var files = new StoreIndexFiles(datastore);
      var chunks = new StoreChunkFiles(datastore.chunks(), datastore.path());
      var writers = new StoreWriters(datastore);
      var sweeper = new Sweeper(chunks, Sweeper.Pause.NONE);
      Path place = directory.resolve("index");
      ReferenceIndex.destroy(place);
      tell.accept("building the index");
      Cost begun = Cost.now();
      try (var index = ReferenceIndex.open(place, 1, 1, files, chunks)) {
        index.walk(counted -> {});
        Cost building = Cost.since(begun);
        var run = new Runs(store, files, chunks, index, writers, sweeper);
        tell.accept("warming up");
        for (int i = 0; i < WARM_UP; i++) {
          run.full(NEVER);
          run.night();
        }
        tell.accept("measuring");
        Cost full = Cost.NOTHING;
        for (int i = 0; i < NIGHTS; i++) full = full.plus(run.full(NEVER));
        full = full.dividedBy(NIGHTS);
        run.pass = Cost.NOTHING;
        run.sweeping = Cost.NOTHING;
        run.swept = 0;
        for (int i = 0; i < NIGHTS; i++) run.night();
        long known = index.figures().chunks() + store.guests() * MadeStore.ORPHANS_OF_A_GUEST;
        Cost last = run.full(Cutoff.DEFAULT);
        return new Measured(
            known,
            index.figures().indexFiles(),
            index.figures().indexFiles() * ENTRIES,
            full,
            last.minus(full),
            run.removed,
            run.pass.dividedBy(NIGHTS),
            run.sweeping.dividedBy(NIGHTS),
            run.swept / NIGHTS,
            building,
            index.diskBytes());
      }
    }
  }

  private static final class Runs {
    private final MadeStore store;
    private final StoreIndexFiles files;
    private final StoreChunkFiles chunks;
    private final ReferenceIndex index;
    private final Cutoff.Writers writers;
    private final Sweeper sweeper;
    private Cost pass = Cost.NOTHING;
    private Cost sweeping = Cost.NOTHING;
    private Cost swept0 = Cost.NOTHING;
    private long swept;
    private long removed;

    Runs(
        MadeStore store,
        StoreIndexFiles files,
        StoreChunkFiles chunks,
        ReferenceIndex index,
        Cutoff.Writers writers,
        Sweeper sweeper) {
      this.store = store;
      this.files = files;
      this.chunks = chunks;
      this.index = index;
      this.writers = writers;
      this.sweeper = sweeper;
    }

    Cost full(Cutoff cutoff) throws IOException {
      Cost begun = Cost.now();
      var outcome =
          FullCollection.run(files, chunks, index, cutoff, writers, sweeper, new Silence());
      if (outcome.differences() > 0) {
        throw new IOException(outcome.differences() + " chunks were counted wrong");
      }
      removed = outcome.removedChunks();
      return Cost.since(begun);
    }

    /** What orphans take is told apart: from the first that is offered to others, of whom there are none. */
    void night() throws IOException {
      store.passNight();
      Cost begun = Cost.now();
      swept0 = Cost.NOTHING;
      Pass.Outlet nobody = (digests, cutoff) -> {
        if (swept0 == Cost.NOTHING) swept0 = Cost.now();
        return null;
      };
      var outcome = new Pass(index, Cutoff.DEFAULT, writers, sweeper, nobody).run(done -> {});
      Cost ended = Cost.now();
      if (!outcome.walk().complete()
          || outcome.walk().counted() != outcome.walk().uncounted()) {
        throw new IOException("the pass went wrong: " + outcome);
      }
      Cost split = swept0 == Cost.NOTHING ? ended : swept0;
      pass = pass.plus(split.minus(begun));
      sweeping = sweeping.plus(ended.minus(split));
      swept += outcome.removed();
    }
  }

  private static final class Silence implements FullCollection.Listener {
    @Override
    public void indexRead(int done, int of) {}

    @Override
    public void missing(Digest digest, String indexPath) throws IOException {
      throw new IOException(digest + " of " + indexPath + " is missing");
    }

    @Override
    public void sweepBegins() {}

    @Override
    public void directoryDone(int directory, long chunks) {}

    @Override
    public void foreignCollection() throws IOException {
      throw new IOException("a PBS collects garbage in the datastore that is measured");
    }
  }
}
