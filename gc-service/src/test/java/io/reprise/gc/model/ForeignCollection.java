package io.reprise.gc.model;

import io.reprise.datastore.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A PBS's collection (datastore.md §7): marks by touching, then deletes by access time; a step at a time. */
final class ForeignCollection {
  private final World world;
  private final Instant limit;
  private final Deque<String> toMark;
  private @Nullable Deque<Digest> toSweep;

  ForeignCollection(World world) {
    this.world = world;
    Instant oldestWriter = world.sessions.stream()
        .filter(session -> session.foreign && session.isOpen())
        .map(session -> session.since)
        .min(Comparator.naturalOrder())
        .orElse(world.now);
    Instant day = world.now.minus(Duration.ofDays(1));
    limit = (oldestWriter.isBefore(day) ? oldestWriter : day).minusSeconds(300);
    toMark = new ArrayDeque<>(world.indexes.keySet());
  }

  /**
   * @param most files looked at
   * @return false when it is over
   */
  boolean step(int most) {
    for (int i = 0; i < most; i++) {
      if (!toMark.isEmpty()) {
        var marked = world.indexes.get(toMark.remove());
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
      if (status != null && status.accessed().isBefore(limit)) {
        world.delete(world.chunks, digest, "a PBS's collection");
      }
    }
    return true;
  }
}
