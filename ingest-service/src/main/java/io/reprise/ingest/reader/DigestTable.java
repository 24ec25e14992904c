package io.reprise.ingest.reader;

import io.reprise.datastore.Digest;
import io.reprise.datastore.index.IndexReader;
import io.reprise.ingest.memory.NamelessFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where in an index a digest stands; exact. Entry numbers in buckets, each with 16 bits of its digest's hash: 6 bytes an
 * entry, in a file without a name, so an index of 5 million chunks costs 30 MB of page cache, which the system takes back
 * when it needs it, and 400 KB of heap. A look-up reads one bucket and the index at the entry found.
 *
 * <p>Buckets are chosen by a hash with a secret of this table: who writes an encrypted backup chooses its digests, and
 * could else make all of them fall into one bucket. Safe for several threads.
 */
final class DigestTable implements AutoCloseable {
  private static final int SLOT = Integer.BYTES + Short.BYTES;
  private static final int PER_BUCKET = 64;

  /** Built in parts of this size, each of which goes through the index once. */
  private static final int PART = 4 << 20;

  /** Remembers so many digests while building; chunks that stand in an index again and again then take one slot. */
  private static final int RECENT = 4096;

  private final IndexReader index;
  private final FileChannel slots;
  private final long seed = ThreadLocalRandom.current().nextLong();
  private final long factor = ThreadLocalRandom.current().nextLong() | 1;

  /** The first slot of each bucket, and the end of the last. */
  private final int[] starts;

  private DigestTable(IndexReader index, FileChannel slots, int buckets) {
    this.index = index;
    this.slots = slots;
    starts = new int[buckets + 1];
  }

  /**
   * Reads the whole index, more than once if it is large.
   *
   * @param index stays open as long as the table is used; not closed by it
   * @param directory for the file
   */
  static DigestTable build(IndexReader index, Path directory) throws IOException {
    if (index.entryCount() > Integer.MAX_VALUE / 2) {
      throw new IOException("an index of " + index.entryCount() + " entries is not supported");
    }
    FileChannel file = NamelessFile.open(directory);
    try {
      int buckets = (int) (index.entryCount() / PER_BUCKET) + 1;
      var table = new DigestTable(index, file, buckets);
      table.fill(PART);
      return table;
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private interface Entry {
    void at(int entry, long hash);
  }

  private void forEach(Entry action) throws IOException {
    var recent = new Digest[RECENT];
    for (int entry = 0; entry < index.entryCount(); entry++) {
      Digest digest = index.digest(entry);
      long hash = hash(digest);
      int place = (int) hash & (RECENT - 1);
      if (digest.equals(recent[place])) continue;
      recent[place] = digest;
      action.at(entry, hash);
    }
  }

  private void fill(int partBytes) throws IOException {
    forEach((entry, hash) -> starts[bucket(hash) + 1]++);
    for (int bucket = 1; bucket < starts.length; bucket++) starts[bucket] += starts[bucket - 1];
    int from = 0;
    while (from < starts.length - 1) {
      int to = from + 1;
      while (to < starts.length - 1 && (long) (starts[to + 1] - starts[from]) * SLOT <= partBytes)
        to++;
      fill(from, to);
      from = to;
    }
  }

  private void fill(int from, int to) throws IOException {
    int first = starts[from];
    ByteBuffer part = ByteBuffer.allocate((starts[to] - first) * SLOT);
    int[] next = Arrays.copyOfRange(starts, from, to);
    forEach((entry, hash) -> {
      int bucket = bucket(hash);
      if (bucket < from || bucket >= to) return;
      int at = (next[bucket - from]++ - first) * SLOT;
      part.putInt(at, entry).putShort(at + Integer.BYTES, tag(hash));
    });
    long position = (long) first * SLOT;
    while (part.hasRemaining()) position += slots.write(part, position);
  }

  /** @return the first entry with that digest; −1 if there is none */
  long find(Digest digest) throws IOException {
    long hash = hash(digest);
    int bucket = bucket(hash);
    short tag = tag(hash);
    ByteBuffer read = ByteBuffer.allocate((starts[bucket + 1] - starts[bucket]) * SLOT);
    long position = (long) starts[bucket] * SLOT;
    while (read.hasRemaining()) {
      int n = slots.read(read, position);
      if (n < 0) throw new IOException("the table of an index was cut off");
      position += n;
    }
    read.flip();
    while (read.hasRemaining()) {
      int entry = read.getInt();
      if (read.getShort() == tag && index.digest(entry).equals(digest)) return entry;
    }
    return -1;
  }

  private long hash(Digest digest) {
    long hash = (digest.a() ^ Long.rotateLeft(digest.c(), 17) ^ seed) * factor;
    return (hash ^ hash >>> 32) * factor;
  }

  private int bucket(long hash) {
    return (int) ((hash >>> 33) * (starts.length - 1) >>> 31);
  }

  private static short tag(long hash) {
    return (short) (hash >>> 12);
  }

  @Override
  public void close() throws IOException {
    slots.close();
  }
}
