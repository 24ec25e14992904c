package io.reprise.gc.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.datastore.Digest;
import io.reprise.gc.model.SimulatedFiles.InputOutputError;
import io.reprise.gc.model.World.Index;
import io.reprise.gc.references.IndexDamaged;
import io.reprise.gc.references.ReferenceIndex;
import io.reprise.gc.sweep.Cutoff;
import io.reprise.gc.sweep.FullCollection;
import io.reprise.gc.sweep.Pass;
import io.reprise.gc.sweep.Sweeper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A seeded life of one datastore: {@link DatastoreUsers} on the one side, and on the other the real counting, passes and
 * collections of two replicas, interleaved at every file operation: events lost, late and doubled, sweepers that work on
 * offers, an owner that has lost its lease and does not know it, files that cannot be
 * read for a moment, crashes before every write.
 */
final class Simulation implements AutoCloseable {
  private static final int PART_ENTRIES = 6;
  /** One in so many file operations and writes: lives differ. */
  private static final int[] CRASHES = {1_000, 4_000, 20_000};

  private static final Duration VALID = Duration.ofMinutes(15);

  private final Random random;
  private final @Nullable Guard without;
  private final World world;
  private final DatastoreUsers users;
  private final SimulatedFiles files;
  private final Path directory;
  private final List<Offer> offers = new ArrayList<>();
  private int replica;
  private ReferenceIndex index;

  /** Of a replica that was the owner, went to sleep, and has not noticed that it is no longer. */
  private @Nullable ReferenceIndex sleeper;

  private long epoch = 1;
  private final int crashes;
  private long steps;
  private int depth;
  private boolean quiet;

  private record Offer(List<Digest> digests, Instant cutoff, Instant until) {}

  /** @param without what is taken out; null for a life as it should be */
  Simulation(long seed, Path directory, @Nullable Guard without) throws IOException {
    this.directory = directory;
    this.without = without;
    random = new Random(seed);
    crashes = CRASHES[random.nextInt(CRASHES.length)];
    world = new World(random);
    users = new DatastoreUsers(world, without);
    files = new SimulatedFiles(world, this::between, this::trouble, without != Guard.SECOND_LOOK);
    index = open(1);
  }

  private ReferenceIndex open(long before) throws IOException {
    while (true) {
      try {
        return ReferenceIndex.open(
            directory.resolve("index-" + replica),
            epoch,
            before,
            files,
            files,
            PART_ENTRIES,
            this::mayCrash);
      } catch (Crash | InputOutputError again) {
        world.note("it cannot be opened: " + again.getMessage());
      }
    }
  }

  /** @param least of anybody; those between two file operations count */
  void run(int least) throws IOException {
    while (steps < least) step();
    settle();
  }

  private void act() {
    steps++;
    users.act();
  }

  // what happens between two file operations of the collector

  private void between() {
    if (quiet) return;
    mayCrash();
    if (depth > 0 || random.nextInt(4) != 0) return;
    depth++;
    act();
    depth--;
  }

  private void mayCrash() {
    if (!quiet && depth == 0 && random.nextInt(crashes) == 0) throw new Crash();
  }

  private boolean trouble() {
    return !quiet && random.nextInt(5 * crashes) == 0;
  }

  private void step() throws IOException {
    try {
      switch (random.nextInt(25)) {
        case 0, 1, 2 -> pass(index);
        case 3 -> collect();
        case 4 -> {
          if (random.nextInt(4) == 0) takeOver();
        }
        case 5, 6 -> lookAtEvents();
        case 7 -> sweepOffer();
        case 8 -> wakeSleeper();
        default -> act();
      }
    } catch (Crash crash) {
      world.note("crash");
      reopen(epoch);
    } catch (IndexDamaged damaged) {
      world.note(damaged.getMessage());
      reopen(epoch);
    } catch (InputOutputError trouble) {
      world.note("a file cannot be read");
      if (index.isBroken()) reopen(epoch);
    }
  }

  private void reopen(long before) throws IOException {
    index.close();
    index = open(before);
  }

  /** A new owner: the same replica, with or without knowing all, or the other one, whose index is older or missing. */
  private void takeOver() throws IOException {
    long before = epoch;
    epoch += 1 + random.nextInt(2);
    if (random.nextBoolean()) {
      world.note("the owner begins again");
      reopen(random.nextBoolean() ? before : before - 1);
      return;
    }
    world.note("the other replica is the owner");
    bury();
    if (random.nextBoolean()) sleeper = index;
    else index.close();
    replica = 1 - replica;
    index = open(before);
  }

  private void bury() {
    if (sleeper != null) sleeper.close();
    sleeper = null;
  }

  /** It does a whole pass before it looks at its lease. */
  private void wakeSleeper() throws IOException {
    ReferenceIndex asleep = sleeper;
    if (asleep == null) return;
    world.note("an owner that is none wakes up");
    try {
      pass(asleep);
    } catch (Crash | IndexDamaged | InputOutputError ended) {
      world.note("its end: " + ended.getMessage());
    }
    bury();
  }

  private void pass(ReferenceIndex by) throws IOException {
    world.note("pass");
    if (without == Guard.BARRIER) {
      by.walk(n -> {});
      sweepAllOrphans(by);
      return;
    }
    Pass.Outlet outlet = random.nextBoolean() ? Pass.Outlet.NONE : this::offer;
    new Pass(by, Cutoff.DEFAULT, users, sweeper(), outlet).run(n -> {});
  }

  /** The mutation: an orphan goes as soon as its count is zero and its access time is old. */
  private void sweepAllOrphans(ReferenceIndex by) throws IOException {
    Instant cutoff = Cutoff.DEFAULT.of(users);
    if (users.foreignCollection()) return;
    var orphans = new ArrayList<Digest>();
    by.chunks((digest, size, referenced) -> {
      if (!referenced) orphans.add(digest);
    });
    by.forget(sweeper().sweep(orphans, cutoff).deleted());
  }

  private Sweeper sweeper() {
    return new Sweeper(files, Sweeper.Pause.NONE);
  }

  private Duration offer(List<Digest> orphans, Instant cutoff) {
    offers.add(new Offer(List.copyOf(orphans), cutoff, world.now.plus(VALID)));
    return VALID;
  }

  /** Another replica got the event, perhaps twice, perhaps late. */
  private void sweepOffer() throws IOException {
    if (offers.isEmpty()) return;
    int which = random.nextInt(offers.size());
    Offer offer = random.nextInt(4) == 0 ? offers.get(which) : offers.remove(which);
    if (world.now.isAfter(offer.until) || users.foreignCollection()) return;
    world.note("sweep of an offer");
    sweeper().sweep(offer.digests, offer.cutoff);
  }

  private void collect() throws IOException {
    if (users.foreignCollection()) return;
    world.note("full collection");
    try {
      FullCollection.run(
          files, files, index, Cutoff.DEFAULT, users, sweeper(), new SilentListener());
    } catch (IndexDamaged | InputOutputError broken) {
      throw broken;
    } catch (IOException busy) {
      world.note("it gave up: " + busy.getMessage());
      assertThat(busy.getMessage()).contains("during each");
    }
  }

  private void lookAtEvents() throws IOException {
    for (int i = random.nextInt(3); i > 0 && !users.events.isEmpty(); i--) {
      String path = users.events.get(random.nextInt(users.events.size()));
      if (random.nextBoolean()) users.events.remove(path);
      world.note("event " + path);
      index.look(path);
    }
  }

  // what must hold in the end

  /** Everybody goes home; some days later all garbage is gone and the index is what a recount says. */
  private void settle() throws IOException {
    quiet = true;
    users.goHome();
    bury();
    reopen(epoch); // a sleeper may have left copies of index files that the owner does not know
    for (int i = 0; i < 3; i++) {
      world.pass(Cutoff.DEFAULT.grace().plusHours(1));
      passQuietly();
    }
    checkRecount();
    var outcome = FullCollection.run(
        files, files, index, Cutoff.DEFAULT, users, sweeper(), new SilentListener());
    assertThat(outcome.differences()).as("audit").isZero();
    assertThat(world.chunks.keySet()).as("chunks left").isEqualTo(world.referenced());
    assertThat(world.aside).as("set aside").isEmpty();
    var kept = new HashSet<>(world.kept.keySet());
    for (Index shown : world.indexes.values()) kept.remove(shown.identity());
    assertThat(kept).as("kept without need").isEmpty();
  }

  private void passQuietly() throws IOException {
    try {
      new Pass(index, Cutoff.DEFAULT, users, sweeper(), Pass.Outlet.NONE).run(n -> {});
    } catch (IndexDamaged bySleeper) {
      reopen(epoch);
    }
  }

  private void checkRecount() throws IOException {
    var counted = new HashMap<Digest, Map<String, Integer>>();
    index.runs((digest, runs) -> counted.put(digest, new TreeMap<>(runs)));
    assertThat(counted).as("recount").isEqualTo(world.recount());
  }

  private final class SilentListener implements FullCollection.Listener {
    @Override
    public void indexRead(int done, int of) {}

    @Override
    public void missing(Digest digest, String indexPath) {
      throw new AssertionError(
          "chunk " + digest + " of " + indexPath + " is referenced and gone: reported missing");
    }

    @Override
    public void sweepBegins() {}

    @Override
    public void directoryDone(int directory, long chunks) {}

    @Override
    public void foreignCollection() {
      between();
    }
  }

  @Override
  public void close() {
    bury();
    index.close();
  }
}
