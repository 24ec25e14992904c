package io.reprise.ingest.reader;

import io.reprise.datastore.Digest;
import io.reprise.datastore.index.IndexReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run of requests through an index: which chunks come next in it. Requests may overtake each other, leave chunks out
 * (zeros, duplicates) and be many at once, as those of the usual clients are. Knows digests only; its user does the reading
 * and the locking.
 */
final class Sequence {
  /** Different chunks known ahead of the furthest request. */
  static final int LOOK = 64;

  /** A request that far ahead of all others still follows them: clients have up to 20 under way. */
  static final int NEAR = 24;

  /** Chunks that were left out may still come when the run is that far ahead of them. */
  static final int BEHIND = 32;

  /** Entries looked at for one request; more only where nearly all of them are the same chunk. */
  private static final int SCAN = 4096;

  private final IndexReader index;

  /** Chunks not yet requested, by their place in the run. */
  private final LinkedHashMap<Digest, Long> expected = new LinkedHashMap<>();

  private long nextEntry;
  private long places;
  private long furthest;
  private int hits;
  private @Nullable Digest last;

  /**
   * @param entry the first one expected
   * @param hits what speaks for a run already
   */
  Sequence(IndexReader index, long entry, int hits) throws IOException {
    this.index = index;
    this.nextEntry = entry;
    this.hits = hits;
    furthest = -1;
    look();
  }

  /** @return false if the chunk is not expected here */
  boolean requested(Digest digest) throws IOException {
    Long place = expected.remove(digest);
    if (place == null) return false;
    if (place - furthest <= NEAR) hits++;
    else hits = 1; // jumped
    furthest = Math.max(furthest, place);
    look();
    return true;
  }

  private void look() throws IOException {
    for (int scanned = 0; scanned < SCAN && places - furthest <= LOOK; scanned++) {
      if (nextEntry >= index.entryCount()) return;
      Digest digest = index.digest(nextEntry++);
      if (digest.equals(last)) continue;
      last = digest;
      if (expected.putIfAbsent(digest, places) == null) places++;
    }
  }

  /** How many requests in a row speak for a run. */
  int hits() {
    return hits;
  }

  /** The chunks expected next, in order. */
  List<Digest> next(int count) {
    var next = new ArrayList<Digest>(count);
    for (Map.Entry<Digest, Long> chunk : expected.entrySet()) {
      if (next.size() == count) break;
      if (chunk.getValue() > furthest) next.add(chunk.getKey());
    }
    return next;
  }

  /** Chunks that were left out and will not come any more; forgets them. */
  List<Digest> passedOver() {
    var passed = new ArrayList<Digest>();
    var chunks = expected.entrySet().iterator();
    while (chunks.hasNext()) {
      Map.Entry<Digest, Long> chunk = chunks.next();
      if (chunk.getValue() >= furthest - BEHIND) break;
      passed.add(chunk.getKey());
      chunks.remove();
    }
    return passed;
  }

  /** All that are expected. */
  List<Digest> all() {
    return List.copyOf(expected.keySet());
  }
}
