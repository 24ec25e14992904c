package io.reprise.gc.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.datastore.chunk.Digest;
import io.reprise.gc.model.World.Index;
import io.reprise.gc.references.Place;
import io.reprise.gc.references.ReferenceIndex;
import io.reprise.gc.sweep.Cutoff;
import io.reprise.gc.sweep.FullCollection;
import io.reprise.gc.sweep.Pass;
import io.reprise.gc.sweep.Sweeper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A seeded life of one datastore: backups of ours and of a PBS, syncs, removals, undeletes, purges, a PBS's prune and
 * collection, events lost, late and doubled, sweepers on other replicas, a new owner, crashes before every write, days that
 * pass; and the real counting, passes and collections in between, interleaved with all of it at every file operation.
 */
final class Simulation implements AutoCloseable {
  /** What is taken out to show that it is needed. */
  enum Without {
    NOTHING,
    BARRIER,
    SECOND_LOOK,
    LEASE,
    TOUCH_AGAIN
  }

  private static final int GROUPS = 4;
  private static final int DIGESTS = 60;
  private static final int PART_ENTRIES = 6;
  private static final Duration VALID = Duration.ofMinutes(15);

  private final long seed;
  private final Random random;
  private final Without without;
  private final World world;
  private final SimulatedFiles files;
  private final Path directory;
  private final List<Digest> digests = new ArrayList<>();
  private final List<Session> sessions = new ArrayList<>();
  private final Map<String, String> removed = new HashMap<>(); // removed path → its old path
  private final List<String> events = new ArrayList<>();
  private final List<Offer> offers = new ArrayList<>();
  private final Deque<String> trail = new ArrayDeque<>();
  private final Cutoff.Writers writers = new Writers();
  private @Nullable Instant foreignAbsent;
  private @Nullable ForeignCollection collection;
  private ReferenceIndex index;
  private long epoch = 1;
  private long nextTime = 1;
  private int depth;
  private boolean quiet;

  private record Offer(List<Digest> digests, Instant cutoff, Instant until) {}

  Simulation(long seed, Path directory, Without without) throws IOException {
    this.seed = seed;
    this.directory = directory;
    this.without = without;
    random = new Random(seed);
    world = new World(random);
    files = new SimulatedFiles(world, this::between, without != Without.SECOND_LOOK);
    for (int i = 0; i < DIGESTS; i++) {
      digests.add(new Digest(random.nextLong(), random.nextLong(), i, random.nextLong()));
    }
    index = open(1, 1);
  }

  private ReferenceIndex open(long owner, long before) throws IOException {
    while (true) {
      try {
        return ReferenceIndex.open(
            directory.resolve("index"), owner, before, files, files, PART_ENTRIES, this::mayCrash);
      } catch (Crash again) {
        note("crash while opening");
      }
    }
  }

  void run(int steps) throws IOException {
    for (int i = 0; i < steps; i++) {
      step();
      checkNothingIsLost();
    }
    settle();
  }

  // what happens between two file operations of the collector

  private void between() {
    if (quiet) return;
    mayCrash();
    if (depth > 0 || random.nextInt(4) != 0) return;
    depth++;
    try {
      act();
    } catch (IOException e) {
      throw new AssertionError(e);
    } finally {
      depth--;
    }
  }

  private void mayCrash() {
    if (!quiet && depth == 0 && random.nextInt(600) == 0) throw new Crash();
  }

  private void step() throws IOException {
    try {
      switch (random.nextInt(20)) {
        case 0, 1, 2 -> pass();
        case 3 -> collect();
        case 4 -> takeOver();
        case 5, 6 -> lookAtEvents();
        case 7 -> sweepOffer();
        default -> act();
      }
    } catch (Crash crash) {
      note("crash");
      reopen(epoch);
    }
  }

  private void reopen(long before) throws IOException {
    index.close();
    index = open(epoch, before);
  }

  /** Another owner, whose index missed what the last one did. */
  private void takeOver() throws IOException {
    note("new owner");
    long before = epoch;
    epoch += 1 + random.nextInt(2);
    reopen(random.nextBoolean() ? before : before - 1);
  }

  private void pass() throws IOException {
    note("pass");
    Pass.Outlet outlet = random.nextBoolean() ? Pass.Outlet.NONE : this::offer;
    if (without == Without.BARRIER) {
      index.walk(n -> {});
      sweepAllOrphans();
      return;
    }
    new Pass(index, Cutoff.DEFAULT, writers, sweeper(), outlet).run(n -> {});
  }

  /** The mutation: an orphan goes as soon as its count is zero and its access time is old. */
  private void sweepAllOrphans() throws IOException {
    Instant cutoff = Cutoff.DEFAULT.of(writers);
    if (writers.foreignCollection()) return;
    var orphans = new ArrayList<Digest>();
    index.chunks((digest, size, referenced) -> {
      if (!referenced) orphans.add(digest);
    });
    var swept = sweeper().sweep(orphans, cutoff);
    index.forget(swept.deleted());
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
    if (world.now.isAfter(offer.until) || writers.foreignCollection()) return;
    note("sweep of an offer");
    sweeper().sweep(offer.digests, offer.cutoff);
  }

  private void collect() throws IOException {
    if (writers.foreignCollection()) return;
    note("full collection");
    try {
      FullCollection.run(
          files, files, index, Cutoff.DEFAULT, writers, sweeper(), new SilentListener());
    } catch (IOException busy) {
      note("it gave up: " + busy.getMessage());
      assertThat(busy.getMessage()).containsAnyOf("during each", "collects garbage");
    }
  }

  private void lookAtEvents() throws IOException {
    for (int i = random.nextInt(3); i > 0 && !events.isEmpty(); i--) {
      String path = events.get(random.nextInt(events.size()));
      if (random.nextBoolean()) events.remove(path);
      note("event " + path);
      index.look(path);
    }
  }

  // the others

  private void act() throws IOException {
    switch (random.nextInt(14)) {
      case 0 -> beginSession(false);
      case 1 -> beginSession(true);
      case 2, 3, 4, 5 -> write();
      case 6 -> closeOrFinish();
      case 7 -> abort();
      case 8 -> remove();
      case 9 -> undeleteOrPurge();
      case 10 -> foreignPrune();
      case 11 -> pass(random.nextInt(3));
      case 12 -> sync();
      default -> foreignCollection();
    }
  }

  private String group() {
    return "vm/" + (100 + random.nextInt(GROUPS));
  }

  private void beginSession(boolean foreign) {
    String group = group();
    if (sessions.stream().anyMatch(s -> s.group.equals(group))) return;
    if (foreign && collection != null) return; // a PBS's collection keeps its own backups out
    String base = last(group);
    var session = new Session(group, nextTime++, foreign, world.now, base);
    session.locked = collection == null;
    if (base != null) session.known.addAll(world.indexes.get(base).digests());
    sessions.add(session);
    note((foreign ? "PBS" : "our") + " backup begins: " + session.path() + " on " + base);
  }

  /** The newest finished snapshot of the group. */
  private @Nullable String last(String group) {
    String last = null;
    long time = 0;
    for (var entry : world.indexes.entrySet()) {
      Place place = entry.getValue().place();
      if (entry.getKey().startsWith("reprise-removed/") || !place.group().equals(group)) continue;
      if (isUnfinished(entry.getKey()) || place.time() < time) continue;
      last = entry.getKey();
      time = place.time();
    }
    return last;
  }

  private boolean isUnfinished(String path) {
    return sessions.stream().anyMatch(s -> s.path().equals(path));
  }

  private @Nullable Session anySession() {
    return sessions.isEmpty() ? null : sessions.get(random.nextInt(sessions.size()));
  }

  private void write() {
    Session session = anySession();
    if (session == null || session.closed) return;
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      if (random.nextBoolean() && !session.known.isEmpty()) {
        var known = new ArrayList<>(session.known);
        known.sort(null);
        session.entries.add(known.get(random.nextInt(known.size())));
      } else {
        Digest digest = digests.get(random.nextInt(DIGESTS));
        world.insert(digest);
        session.known.add(digest);
      }
    }
  }

  private void closeOrFinish() {
    Session session = anySession();
    if (session == null || session.entries.isEmpty()) return;
    if (!session.closed) {
      note("closes " + session.path());
      Place place = new Place(session.group, "drive.img.fidx", session.time);
      world.indexes.put(session.path(), world.newIndex(session.entries, place));
      session.closed = true;
    } else {
      note("finishes " + session.path());
      sessions.remove(session);
      if (random.nextInt(3) > 0) events.add(session.path());
    }
  }

  private void abort() {
    Session session = anySession();
    if (session == null || random.nextInt(3) > 0) return;
    note("fails: " + session.path());
    sessions.remove(session);
    world.indexes.remove(session.path());
  }

  private boolean isLocked(String path) {
    return sessions.stream().anyMatch(s -> path.equals(s.base)) || isUnfinished(path);
  }

  private @Nullable String anySnapshot() {
    var paths = new ArrayList<String>();
    for (String path : world.indexes.keySet()) {
      if (!path.startsWith("reprise-removed/") && !isLocked(path)) paths.add(path);
    }
    return paths.isEmpty() ? null : paths.get(random.nextInt(paths.size()));
  }

  private void remove() {
    String path = anySnapshot();
    if (path == null || collection != null) return;
    String target =
        "reprise-removed/" + nextTime++ + "/" + path.substring(path.indexOf('/', 4) + 1);
    note("removes " + path + " to " + target);
    move(path, target);
    removed.put(target, path);
    if (random.nextInt(3) > 0) events.add(path);
  }

  private void move(String from, String to) {
    world.moves++;
    Index index = world.indexes.remove(from);
    world.indexes.put(to, index);
  }

  private void undeleteOrPurge() {
    if (removed.isEmpty() || collection != null) return;
    var paths = new ArrayList<>(removed.keySet());
    paths.sort(null);
    String path = paths.get(random.nextInt(paths.size()));
    String old = removed.remove(path);
    if (random.nextInt(3) == 0) {
      assertThat(world.chunks.keySet().containsAll(world.indexes.get(path).digests())
              || !world.aside.isEmpty())
          .as("all chunks of a removed snapshot are there, seed " + seed)
          .isTrue();
      note("brings back " + old);
      move(path, old);
    } else {
      note("purges " + path);
      world.indexes.remove(path);
    }
  }

  /** A PBS knows nothing of our window. */
  private void foreignPrune() {
    String path = anySnapshot();
    if (path == null || random.nextInt(2) > 0) return;
    note("PBS prunes " + path);
    world.indexes.remove(path);
  }

  /** A sync into another group of the same store: same bytes, every chunk touched. */
  private void sync() {
    String path = anySnapshot();
    if (path == null || random.nextInt(4) > 0) return;
    Index source = world.indexes.get(path);
    for (Digest digest : source.digests()) {
      if (!world.touch(digest)) return; // missing here: it would be fetched
    }
    String group = "ns/copy/" + group();
    Place place = new Place(group, "drive.img.fidx", nextTime++);
    note("copies " + path + " into " + group);
    world.indexes.put(group + "/" + place.time() + "/drive.img.fidx", world.copyOf(source, place));
  }

  private void pass(int kind) {
    world.now = world.now.plus(
        switch (kind) {
          case 0 -> Duration.ofSeconds(random.nextInt(600));
          case 1 -> Duration.ofHours(random.nextInt(12));
          default -> Duration.ofHours(random.nextInt(60));
        });
    for (Session session : sessions) touchAgain(session);
  }

  /** Ours every twelve hours; a PBS relies on its lock. The service may also run late by half a day. */
  private void touchAgain(Session session) {
    if (session.foreign || session.closed || without == Without.TOUCH_AGAIN) return;
    if (session.touched.plus(Session.TOUCH_AGAIN).isAfter(world.now)) return;
    session.touched = world.now;
    for (Digest digest : session.known) world.touch(digest);
  }

  /** A PBS's collection: marks by touching, then deletes by access time; a step at a time. */
  private final class ForeignCollection {
    final Instant began = world.now;
    final Deque<String> toMark = new ArrayDeque<>(world.indexes.keySet());

    @Nullable
    Deque<Digest> toSweep;

    /** @return false when it is over */
    boolean step() {
      for (int i = 0; i < 3; i++) {
        if (!toMark.isEmpty()) {
          Index marked = world.indexes.get(toMark.remove());
          if (marked != null) marked.digests().forEach(world::touch);
          continue;
        }
        if (toSweep == null) {
          var all = new ArrayList<>(world.chunks.keySet());
          all.sort(null);
          toSweep = new ArrayDeque<>(all);
        }
        if (toSweep.isEmpty()) return false;
        Digest digest = toSweep.remove();
        var status = world.chunks.get(digest);
        Instant least = began.minus(Duration.ofDays(1)).minusSeconds(300);
        if (status != null && status.accessed().isBefore(least)) world.chunks.remove(digest);
      }
      return true;
    }
  }

  private void foreignCollection() {
    if (collection != null) {
      if (!collection.step()) {
        note("PBS collection ends");
        collection = null;
        // A session of ours that began meanwhile takes its lock soon; a PBS may be quicker.
        if (random.nextBoolean()) sessions.forEach(s -> s.locked = true);
      }
    } else if (sessions.stream().allMatch(s -> s.closed || !s.locked) && random.nextInt(4) == 0) {
      note("PBS collection begins");
      collection = new ForeignCollection();
    }
  }

  private final class Writers implements Cutoff.Writers {
    @Override
    public Instant now() {
      return world.now;
    }

    @Override
    public @Nullable Instant oldestWriter() {
      if (without == Without.LEASE) return null;
      return sessions.stream()
          .filter(s -> !s.foreign)
          .map(s -> s.since)
          .min(Instant::compareTo)
          .orElse(null);
    }

    @Override
    public @Nullable Instant lastWithoutForeigner() {
      boolean present =
          collection != null || sessions.stream().anyMatch(s -> s.foreign && !s.closed);
      if (!present) foreignAbsent = world.now;
      return foreignAbsent;
    }

    @Override
    public boolean foreignCollection() {
      return collection != null;
    }
  }

  // what must hold

  private void checkNothingIsLost() {
    Set<Digest> needed = world.referenced();
    for (Session session : sessions) {
      if (!session.closed) needed.addAll(session.known);
    }
    for (Digest digest : needed) {
      if (!world.chunks.containsKey(digest) && !world.aside.containsKey(digest)) {
        throw new AssertionError("chunk " + digest + " is referenced and gone; seed " + seed + ", "
            + without + "\n" + String.join("\n", trail));
      }
    }
  }

  /** Everybody goes home; some days later all garbage is gone and the index is what a recount says. */
  private void settle() throws IOException {
    quiet = true;
    collection = null;
    for (Session session : List.copyOf(sessions)) {
      sessions.remove(session);
      world.indexes.remove(session.path());
    }
    var everything = Cutoff.DEFAULT.grace().plusHours(1);
    for (int i = 0; i < 3; i++) {
      world.now = world.now.plus(everything);
      new Pass(index, Cutoff.DEFAULT, writers, sweeper(), Pass.Outlet.NONE).run(n -> {});
    }
    checkNothingIsLost();
    checkRecount();
    var outcome = FullCollection.run(
        files, files, index, Cutoff.DEFAULT, writers, sweeper(), new SilentListener());
    assertThat(outcome.differences()).as("audit, seed " + seed).isZero();
    assertThat(world.chunks.keySet()).as("chunks left, seed " + seed).isEqualTo(world.referenced());
    assertThat(world.aside).as("set aside, seed " + seed).isEmpty();
    var kept = new HashSet<>(world.kept.keySet());
    for (Index shown : world.indexes.values()) kept.remove(shown.identity());
    assertThat(kept).as("kept without need, seed " + seed).isEmpty();
  }

  private void checkRecount() throws IOException {
    var counted = new HashMap<Digest, Map<String, Integer>>();
    index.runs((digest, runs) -> counted.put(digest, new TreeMap<>(runs)));
    assertThat(counted).as("recount, seed " + seed).isEqualTo(world.recount());
  }

  private void note(String what) {
    if (trail.size() > 400) trail.removeFirst();
    trail.add(world.now + " " + what);
  }

  private static final class SilentListener implements FullCollection.Listener {
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
  }

  @Override
  public void close() {
    index.close();
  }
}
