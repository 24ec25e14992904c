package io.reprise.gc.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.datastore.Digest;
import io.reprise.gc.model.World.Index;
import io.reprise.gc.references.Place;
import io.reprise.gc.sweep.Cutoff;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everybody but our collector: backups of ours and of a PBS, syncs, removals, undeletes, prunes, purges, a PBS's collection,
 * the clock. One step at a time; what they tell in events is collected, if it is told at all.
 */
final class DatastoreUsers implements Cutoff.Writers {
  private static final int GROUPS = 4;
  private static final int[] DIGESTS = {40, 100, 300};
  private static final String REMOVED = "reprise-removed/";

  /** Less than what clocks may differ by. */
  private static final Duration SET_BACK = Duration.ofMinutes(4);

  final List<String> events = new ArrayList<>();
  private final World world;
  private final Random random;
  private final @Nullable Guard without;
  private final List<Digest> digests = new ArrayList<>();
  private final Map<String, String> removed = new HashMap<>(); // removed path → its old path
  private @Nullable Instant foreignAbsent;
  private @Nullable ForeignCollection collection;
  private long nextTime = 1;

  DatastoreUsers(World world, @Nullable Guard without) {
    this.world = world;
    this.without = without;
    random = world.random;
    for (int i = DIGESTS[random.nextInt(DIGESTS.length)]; i > 0; i--) {
      digests.add(new Digest(random.nextLong(), random.nextLong(), i, random.nextLong()));
    }
  }

  void act() {
    switch (random.nextInt(33)) {
      case 0, 1 -> beginSession(false);
      case 2, 3 -> beginSession(true);
      case 4, 5, 6, 7, 8, 9, 10, 11 -> write();
      case 12, 13 -> closeOrFinish();
      case 14 -> abort();
      case 15, 16 -> remove();
      case 17 -> prune();
      case 18, 19, 20 -> undeleteOrPurge();
      case 21 -> foreignPrune();
      case 22, 23, 24 -> passTime();
      case 25 -> setClock();
      case 26 -> sync();
      default -> collectForeign();
    }
  }

  /** All end, leaving nothing behind. */
  void goHome() {
    collection = null;
    for (Session session : List.copyOf(world.sessions)) drop(session);
  }

  // backups

  private String group() {
    return "vm/" + (100 + random.nextInt(GROUPS));
  }

  private void beginSession(boolean foreign) {
    String group = group();
    if (world.sessions.stream().anyMatch(s -> s.group.equals(group))) return;
    if (foreign && collection != null) return; // a PBS's collection keeps its own backups out
    String base = last(group);
    var session = new Session(group, nextTime++, foreign, world, base);
    session.locked = collection == null;
    if (base != null) session.known.addAll(world.indexes.get(base).digests());
    world.sessions.add(session);
    world.note((foreign ? "PBS" : "our") + " backup begins: " + session.path() + " on " + base);
  }

  /** The newest finished snapshot of the group. */
  private @Nullable String last(String group) {
    String last = null;
    long time = 0;
    for (var entry : world.indexes.entrySet()) {
      Place place = entry.getValue().place();
      if (entry.getKey().startsWith(REMOVED) || !place.group().equals(group)) continue;
      if (isUnfinished(entry.getKey()) || place.time() < time) continue;
      last = entry.getKey();
      time = place.time();
    }
    return last;
  }

  private boolean isUnfinished(String path) {
    return world.sessions.stream().anyMatch(s -> s.path().equals(path));
  }

  private @Nullable Session anySession() {
    return world.sessions.isEmpty()
        ? null
        : world.sessions.get(random.nextInt(world.sessions.size()));
  }

  private void write() {
    Session session = anySession();
    if (session == null || session.closed) return;
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      if (random.nextBoolean() && !session.known.isEmpty()) {
        var known = new ArrayList<>(new TreeSet<>(session.known));
        session.entries.add(known.get(random.nextInt(known.size())));
      } else {
        Digest digest = anyDigest();
        world.insert(digest);
        session.known.add(digest);
      }
    }
  }

  /** Now and then just what the collector looks at. */
  private Digest anyDigest() {
    Digest digest = digests.get(random.nextInt(digests.size()));
    return world.lookedAt == null || random.nextInt(8) > 0 ? digest : world.lookedAt;
  }

  private void closeOrFinish() {
    Session session = anySession();
    if (session == null || session.entries.isEmpty()) return;
    if (!session.closed) {
      world.note("closes " + session.path());
      Place place = new Place(session.group, "drive.img.fidx", session.time);
      world.indexes.put(session.path(), world.newIndex(session.entries, place));
      session.closed = true;
    } else {
      world.note("finishes " + session.path());
      world.sessions.remove(session);
      tell(session.path());
    }
  }

  private void tell(String path) {
    if (random.nextInt(3) > 0) events.add(path);
  }

  private void abort() {
    Session session = anySession();
    if (session == null || random.nextInt(3) > 0) return;
    world.note("fails: " + session.path());
    drop(session);
  }

  private void drop(Session session) {
    world.sessions.remove(session);
    world.indexes.remove(session.path());
  }

  /** A sync into another group of the same store: same bytes, every chunk touched. */
  private void sync() {
    String path = anySnapshot();
    if (path == null) return;
    Index source = world.indexes.get(path);
    for (Digest digest : source.digests()) {
      if (!world.touch(digest)) return; // missing here: it would be fetched
    }
    String group = "ns/copy/" + group();
    Place place = new Place(group, "drive.img.fidx", nextTime++);
    world.note("copies " + path + " into " + group);
    world.indexes.put(group + "/" + place.time() + "/drive.img.fidx", world.copyOf(source, place));
  }

  // removals

  private boolean isLocked(String path) {
    return world.sessions.stream().anyMatch(s -> path.equals(s.base)) || isUnfinished(path);
  }

  private List<String> snapshots() {
    return world.indexes.keySet().stream()
        .filter(path -> !path.startsWith(REMOVED) && !isLocked(path))
        .toList();
  }

  private @Nullable String anySnapshot() {
    List<String> paths = snapshots();
    return paths.isEmpty() ? null : paths.get(random.nextInt(paths.size()));
  }

  private void remove() {
    String path = anySnapshot();
    if (path != null) remove(path);
  }

  private void remove(String path) {
    if (collection != null) return;
    String target = REMOVED + nextTime++ + path.substring(path.lastIndexOf('/'));
    world.note("removes " + path + " to " + target);
    move(path, target);
    removed.put(target, path);
    tell(path);
  }

  private void move(String from, String to) {
    world.moves++;
    world.indexes.put(to, world.indexes.remove(from));
  }

  /** All of a group but the last few. */
  private void prune() {
    String group = group() + "/";
    List<String> all = snapshots().stream()
        .filter(path -> path.startsWith(group))
        .sorted(Comparator.comparing(path -> world.indexes.get(path).place().time()))
        .toList();
    int keep = 1 + random.nextInt(3);
    for (int i = 0; i < all.size() - keep; i++) remove(all.get(i));
  }

  private void undeleteOrPurge() {
    if (removed.isEmpty() || collection != null) return;
    List<String> paths = removed.keySet().stream().sorted().toList();
    String path = paths.get(random.nextInt(paths.size()));
    String old = removed.remove(path);
    if (random.nextInt(3) == 0) {
      var needed = Set.copyOf(world.indexes.get(path).digests());
      assertThat(needed)
          .as("all chunks of a removed snapshot are there")
          .allMatch(chunk -> world.chunks.containsKey(chunk) || world.aside.containsKey(chunk));
      world.note("brings back " + old);
      move(path, old);
    } else {
      world.note("purges " + path);
      world.indexes.remove(path);
    }
  }

  /** A PBS knows nothing of our window. */
  private void foreignPrune() {
    String path = anySnapshot();
    if (path == null) return;
    world.note("PBS prunes " + path);
    world.indexes.remove(path);
  }

  private void collectForeign() {
    if (collection != null) {
      if (collection.step(1 + random.nextInt(40))) return;
      world.note("PBS collection ends");
      collection = null;
      // A session of ours that began meanwhile takes its lock soon; a PBS may be quicker.
      if (random.nextInt(4) > 0) world.sessions.forEach(s -> s.locked = true);
    } else if (world.sessions.stream().noneMatch(s -> !s.foreign && s.isOpen() && s.locked)
        && random.nextInt(4) == 0) {
      world.note("PBS collection begins");
      collection = new ForeignCollection(world);
    }
  }

  // time

  private void passTime() {
    world.pass(
        switch (random.nextInt(3)) {
          case 0 -> Duration.ofSeconds(random.nextInt(600));
          case 1 -> Duration.ofHours(random.nextInt(12));
          default -> Duration.ofHours(random.nextInt(60));
        });
    for (Session session : world.sessions) touchAgain(session);
  }

  /** Ours at least every twelve hours; a PBS relies on its lock. */
  private void touchAgain(Session session) {
    if (session.foreign || session.closed || without == Guard.TOUCH_AGAIN) return;
    if (world.lived.minus(session.touched).compareTo(Session.TOUCH_AGAIN) < 0) return;
    session.touched = world.lived;
    for (Digest digest : session.known) world.touch(digest);
  }

  /**
   * The file server's clock is set: forward by days, and nobody's twelve hours are over; or a little back.
   * Not forward while a session has no lock that keeps a PBS's collection out: what it touched would be too old for that.
   */
  private void setClock() {
    if (random.nextBoolean()) {
      if (world.sessions.stream().anyMatch(s -> s.isOpen() && !s.locked)) return;
      world.note("the clock jumps");
      world.now = world.now.plus(Duration.ofHours(20 + random.nextInt(40)));
      return;
    }
    Instant least = world.sessions.stream()
        .map(s -> s.since)
        .max(Comparator.naturalOrder())
        .orElse(Instant.EPOCH);
    if (foreignAbsent != null && foreignAbsent.isAfter(least)) least = foreignAbsent;
    Instant back = world.now.minusSeconds(random.nextInt((int) SET_BACK.toSeconds()));
    if (back.isBefore(least.minus(SET_BACK))) return;
    world.note("the clock goes back");
    world.now = back;
  }

  // who writes

  @Override
  public Instant now() {
    return world.now;
  }

  @Override
  public @Nullable Instant oldestWriter() {
    if (without == Guard.LEASE) return null;
    return world.sessions.stream()
        .filter(s -> !s.foreign)
        .map(s -> s.since)
        .min(Comparator.naturalOrder())
        .orElse(null);
  }

  @Override
  public @Nullable Instant lastWithoutForeigner() {
    if (without == Guard.FOREIGN_ABSENCE) return world.now;
    boolean present =
        collection != null || world.sessions.stream().anyMatch(s -> s.foreign && s.isOpen());
    if (!present) foreignAbsent = world.now;
    return foreignAbsent;
  }

  @Override
  public boolean foreignCollection() {
    return collection != null;
  }
}
