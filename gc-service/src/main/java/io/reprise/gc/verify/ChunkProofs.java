package io.reprise.gc.verify;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.platform.config.Replace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/**
 * When each chunk of a datastore was proved last: what a pass has proved already, and what is to be proved first. Twelve bytes
 * a chunk in memory (some 400 MiB for 30 million), and as much on disk in {@code <state>/verify/<store>/}, written by whoever
 * holds the lease. It may be lost or old at any time: then chunks are proved once more. Proofs of chunks that were deleted are
 * forgotten when the scrub comes by, or else before a directory has more than twice as many proofs as chunks.
 *
 * <p>Chunks are told apart by their first 64 bits. Among 30 million, two are alike with a chance of 1 in 40,000. Safe for many
 * threads.
 */
final class ChunkProofs {
  private static final int BUCKETS = 1 << 16;
  private static final int SPARE = 8; // proofs of a directory that may be of deleted chunks anyway
  private static final int SHARDS = 16;
  private static final int SHARD_SHIFT = 12; // bits of a bucket's number within a shard
  private static final int HEADER = 3 * Integer.BYTES;
  private static final int ENTRY = Long.BYTES + Integer.BYTES;
  private static final int MODE = 0640;
  private static final long MAGIC = 0x72657072_70726631L;
  private static final long MAX_SHARD_BYTES = 1L << 30;

  private final Path directory;
  private final Bucket[] buckets = new Bucket[BUCKETS];
  private final int[] scrubbed = new int[BUCKETS];
  private final boolean[] changed = new boolean[SHARDS];
  private volatile int notBefore;

  /** Chunks of one chunk directory, in no order; few enough to look through. */
  private static final class Bucket {
    private static final int FIRST = 4;
    private static final long[] NO_HEADS = {};
    private static final int[] NO_TIMES = {};
    private long[] heads = NO_HEADS;
    private int[] times = NO_TIMES;
    private int size;
    private int present; // when somebody looked last; 0 if nobody has since the start

    boolean isCrowded() {
      return size > 2 * present + SPARE;
    }

    int find(long head) {
      for (int i = 0; i < size; i++) if (heads[i] == head) return i;
      return -1;
    }

    /** @return true if it had none of that chunk */
    boolean put(long head, int time) {
      int at = find(head);
      boolean isNew = at < 0;
      if (isNew) {
        at = size++;
        if (at == heads.length) {
          int more = at + at / 8 + FIRST;
          heads = Arrays.copyOf(heads, more);
          times = Arrays.copyOf(times, more);
        }
        heads[at] = head;
      }
      times[at] = time;
      return isNew;
    }

    void retain(Set<Long> wanted) {
      present = wanted.size();
      int kept = 0;
      for (int i = 0; i < size; i++) {
        if (!wanted.contains(heads[i])) continue;
        heads[kept] = heads[i];
        times[kept++] = times[i];
      }
      size = kept;
    }
  }

  /** @param directory made when it is first written */
  ChunkProofs(Path directory) {
    this.directory = directory;
    Arrays.setAll(buckets, i -> new Bucket());
  }

  /** What was written before; what cannot be read counts as not proved. @return what was wrong, empty if nothing */
  String load() {
    String problem = "";
    for (int shard = 0; shard < SHARDS; shard++) {
      Path file = file(shard);
      try {
        if (Files.size(file) > MAX_SHARD_BYTES) throw new BadFormat(file + " is too large");
        read(shard, ByteBuffer.wrap(Files.readAllBytes(file)), file);
      } catch (NoSuchFileException never) {
        // nothing is proved
      } catch (IOException e) {
        problem = String.valueOf(e.getMessage());
      }
    }
    return problem;
  }

  private void read(int shard, ByteBuffer in, Path file) throws BadFormat {
    if (in.remaining() < Long.BYTES || in.getLong() != MAGIC) {
      throw new BadFormat(file + " holds no proofs of chunks: it is ignored, and written anew");
    }
    while (in.remaining() >= HEADER) {
      int bucket = in.getInt();
      int count = in.getInt();
      if (bucket >>> SHARD_SHIFT != shard
          || count < 0
          || (long) count * ENTRY > in.remaining() - 4) {
        throw new BadFormat(file + " is damaged: the rest of it is ignored, and written anew");
      }
      scrubbed[bucket] = in.getInt();
      synchronized (buckets[bucket]) {
        for (int i = 0; i < count; i++) buckets[bucket].put(in.getLong(), in.getInt());
      }
    }
  }

  private Path file(int shard) {
    return directory.resolve(HexFormat.of().toHexDigits((byte) shard) + ".proofs");
  }

  private Bucket bucket(Digest digest) {
    return buckets[ChunkDirectory.of(digest)];
  }

  /** Epoch seconds of the last proof; 0 if there was none. */
  int when(Digest digest) {
    Bucket bucket = bucket(digest);
    synchronized (bucket) {
      int at = bucket.find(digest.a());
      return at < 0 ? 0 : bucket.times[at];
    }
  }

  /** From now on proofs count as later than that second, so that a pass that was asked for then knows its own. */
  synchronized void begin(int second) {
    notBefore = Math.max(notBefore, second + 1);
  }

  /**
   * The chunk was read and is good.
   *
   * @return true if its directory has so many proofs that some must be of deleted chunks, or nobody has looked: then the
   *     caller looks, and calls {@link #forget}
   */
  boolean proved(Digest digest, int now) {
    Bucket bucket = bucket(digest);
    synchronized (bucket) {
      changed[ChunkDirectory.of(digest) >>> SHARD_SHIFT] = true;
      return bucket.put(digest.a(), Math.max(now, notBefore)) && bucket.isCrowded();
    }
  }

  /** @param present what is in the directory, by the first 64 bits of the digest; what is not is forgotten */
  void forget(int directory, Set<Long> present) {
    synchronized (buckets[directory]) {
      buckets[directory].retain(present);
      changed[directory >>> SHARD_SHIFT] = true;
    }
  }

  // the scrub's round: one chunk directory after the other, by their first 16 bits

  /** The directory that was scrubbed longest ago. */
  int oldestDirectory() {
    int oldest = 0;
    for (int i = 1; i < BUCKETS; i++) if (scrubbed[i] < scrubbed[oldest]) oldest = i;
    return oldest;
  }

  /** Epoch seconds; 0 if never. */
  int scrubbed(int directory) {
    return scrubbed[directory];
  }

  /** @param present as for {@link #forget} */
  void scrubbed(int directory, int now, Set<Long> present) {
    scrubbed[directory] = now;
    forget(directory, present);
  }

  /** Part of the directories, 0 … 1, that were scrubbed since. */
  double scrubbedSince(int second) {
    int count = 0;
    for (int time : scrubbed) if (time >= second) count++;
    return (double) count / BUCKETS;
  }

  /** Writes what changed; a crash leaves old proofs, never wrong ones. */
  synchronized void save() throws IOException {
    Files.createDirectories(directory);
    for (int shard = 0; shard < SHARDS; shard++) {
      if (!changed[shard]) continue;
      changed[shard] = false;
      boolean done = false;
      try {
        Replace.file(file(shard), content(shard), MODE);
        done = true;
      } finally {
        if (!done) changed[shard] = true;
      }
    }
  }

  private byte[] content(int shard) {
    int first = shard << SHARD_SHIFT;
    int end = first + (1 << SHARD_SHIFT);
    int entries = 0;
    for (int i = first; i < end; i++) entries += buckets[i].size + 1; // one may come meanwhile
    var out = ByteBuffer.allocate(Long.BYTES + (end - first) * HEADER + entries * ENTRY)
        .putLong(MAGIC);
    for (int i = first; i < end; i++) {
      Bucket bucket = buckets[i];
      synchronized (bucket) {
        int room = (out.remaining() - (end - i) * HEADER) / ENTRY;
        int count =
            Math.min(bucket.size, room); // what came meanwhile and has no room is proved again
        if (count == 0 && scrubbed[i] == 0) continue;
        out.putInt(i).putInt(count).putInt(scrubbed[i]);
        for (int at = 0; at < count; at++) out.putLong(bucket.heads[at]).putInt(bucket.times[at]);
      }
    }
    return Arrays.copyOf(out.array(), out.position());
  }
}
