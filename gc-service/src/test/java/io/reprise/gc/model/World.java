package io.reprise.gc.model;

import io.reprise.datastore.Digest;
import io.reprise.gc.references.ChunkFiles.Status;
import io.reprise.gc.references.IndexIdentity;
import io.reprise.gc.references.Place;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A datastore in memory, with the clock of its file server: chunks with access times, index files with inodes, what is kept
 * of them, who relies on what. Every primitive of a real file system is one step here; between two of them anything may
 * happen. Whoever deletes a chunk that somebody needs fails at once.
 */
final class World {
  final Random random;
  final Map<Digest, Status> chunks = new HashMap<>();
  final Map<Digest, Status> aside = new HashMap<>();
  final TreeMap<String, Index> indexes = new TreeMap<>();
  final Map<IndexIdentity, Index> kept = new HashMap<>();
  final List<Session> sessions = new ArrayList<>();
  Instant now = Instant.ofEpochSecond(1_700_000_000);
  /** Hours and days as they really pass, whatever the clock is set to. */
  Duration lived = Duration.ZERO;

  long moves;

  /** The last chunk that the collector looked at. */
  @Nullable
  Digest lookedAt;

  private final Deque<String> trail = new ArrayDeque<>();
  private long nextInode = 1;

  World(Random random) {
    this.random = random;
  }

  void note(String what) {
    if (trail.size() > 400) trail.removeFirst();
    trail.add(now + " " + what);
  }

  /** What happened last, for a failure. */
  String trail() {
    return String.join("\n", trail);
  }

  void pass(Duration time) {
    now = now.plus(time);
    lived = lived.plus(time);
  }

  /** An index file; the same object at every path that is a link to it. */
  record Index(
      long inode, UUID uuid, Digest checksum, List<Digest> digests, Instant modified, Place place) {
    IndexIdentity identity() {
      return new IndexIdentity(uuid, checksum);
    }
  }

  Index newIndex(List<Digest> digests, Place place) {
    return new Index(
        nextInode++,
        new UUID(random.nextLong(), random.nextLong()),
        checksum(digests),
        List.copyOf(digests),
        now,
        place);
  }

  /** Another file with the same content, as a sync makes it. */
  Index copyOf(Index index, Place place) {
    return new Index(nextInode++, index.uuid(), index.checksum(), index.digests(), now, place);
  }

  private static Digest checksum(List<Digest> digests) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      for (Digest digest : digests) {
        ByteBuffer bytes = ByteBuffer.allocate(Digest.BYTES);
        digest.write(bytes);
        sha.update(bytes.array());
      }
      return Digest.of(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** What every writer does, ours and a PBS: touch what is there, else write it. */
  void insert(Digest digest) {
    if (!touch(digest)) chunks.put(digest, new Status(1 + (digest.d() & 0xff), now));
  }

  boolean touch(Digest digest) {
    return chunks.computeIfPresent(digest, (d, status) -> new Status(status.size(), now)) != null;
  }

  /** The chunks that index files refer to. */
  Set<Digest> referenced() {
    var referenced = new HashSet<Digest>();
    for (Index index : indexes.values()) referenced.addAll(index.digests());
    return referenced;
  }

  /** A chunk file goes for good. */
  void delete(Map<Digest, Status> from, Digest digest, String who) {
    if (from.remove(digest) != null) requireNotLost(digest, who);
  }

  private void requireNotLost(Digest digest, String who) {
    if (chunks.containsKey(digest) || aside.containsKey(digest)) return;
    for (var entry : indexes.entrySet()) {
      if (entry.getValue().digests().contains(digest)) throw lost(digest, entry.getKey(), who);
    }
    for (Session session : sessions) {
      if (session.isOpen() && session.known.contains(digest)) {
        throw lost(digest, "the open " + session.path(), who);
      }
    }
  }

  private AssertionError lost(Digest digest, String by, String who) {
    return new ChunkLost(
        "chunk " + digest + " is needed by " + by + ", and " + who + " deletes it\n" + trail());
  }

  static final class ChunkLost extends AssertionError {
    private static final long serialVersionUID = 1L;

    ChunkLost(String message) {
      super(message);
    }
  }

  /** Runs of neighbouring snapshots by chunk and group, counted from nothing. */
  Map<Digest, Map<String, Integer>> recount() {
    var lineages = new TreeMap<String, TreeMap<Long, Index>>();
    for (Index index : indexes.values()) {
      lineages
          .computeIfAbsent(
              index.place().group() + "\0" + index.place().archive(), k -> new TreeMap<>())
          .put(index.place().time(), index);
    }
    var counts = new HashMap<Digest, Map<String, Integer>>();
    for (var lineage : lineages.values()) {
      Set<Digest> before = Set.of();
      for (Index index : new ArrayList<>(lineage.values())) {
        var own = new HashSet<>(index.digests());
        for (Digest digest : own) {
          if (before.contains(digest)) continue;
          counts
              .computeIfAbsent(digest, d -> new TreeMap<>())
              .merge(index.place().group(), 1, Integer::sum);
        }
        before = own;
      }
    }
    return counts;
  }
}
