package io.reprise.gc.verify;

import io.reprise.datastore.Digest;
import io.reprise.datastore.chunk.ChunkStore;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.os.FileStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Proves the chunks of one index file that the pass has not proved yet: those first whose last proof is the oldest, in batches,
 * and within a batch as they lie on the disk. Memory is bounded: eight bytes for each of four million entries, and a batch.
 */
final class IndexChunks {
  private static final int SEGMENT = 1 << 22;
  private static final int BATCH = 1 << 15;
  private static final long WAIT_MILLIS = 200;
  private static final long END_SECONDS = 3;
  private static final int REPLACED = 3;

  private final VerifyPass pass;
  private final IndexReader index;
  private final boolean encrypted;
  private final ChunkStore chunks;
  private final Semaphore free;
  private final int atOnce;
  private final LongAdder read = new LongAdder();
  private final LongAdder decoded = new LongAdder();
  private final AtomicLong errors = new AtomicLong();

  /** An entry of a batch. @param inode greatest where there is no file */
  private record Entry(long inode, Digest digest, long length) {}

  /** @param encrypted whether the manifest says so of the file */
  IndexChunks(VerifyPass pass, IndexReader index, boolean encrypted) {
    this.pass = pass;
    this.index = index;
    this.encrypted = encrypted;
    chunks = pass.datastore().chunks();
    atOnce = pass.threads().count();
    free = new Semaphore(atOnce);
  }

  /** @return how many errors there were; the log tells them */
  long prove() throws IOException {
    long began = System.nanoTime();
    for (long from = 0; from < index.entryCount(); from += SEGMENT) {
      segment(from, (int) Math.min(SEGMENT, index.entryCount() - from));
    }
    double seconds = Math.max(1, System.nanoTime() - began) / 1e9;
    double readMib = read.sum() / (double) (1 << 20);
    double decodedMib = decoded.sum() / (double) (1 << 20);
    pass.log("  verified %.2f/%.2f MiB in %.2f seconds, speed %.2f/%.2f MiB/s (%d errors)"
        .formatted(
            readMib, decodedMib, seconds, readMib / seconds, decodedMib / seconds, errors.get()));
    return errors.get();
  }

  private void segment(long from, int count) throws IOException {
    long[] todo = new long[count]; // time of the last proof, entry
    int size = 0;
    for (int i = 0; i < count; i++) {
      Digest digest = index.digest(from + i);
      if (!skips(digest)) todo[size++] = (long) pass.lastProof(digest) << 32 | i;
      if ((i & 0xfff) == 0) pass.check();
    }
    Arrays.sort(todo, 0, size);
    for (int at = 0; at < size; at += BATCH) {
      batch(from, Arrays.copyOfRange(todo, at, Math.min(size, at + BATCH)));
    }
  }

  private boolean skips(Digest digest) {
    if (pass.isProved(digest)) return true;
    if (!pass.isBad(digest)) return false;
    errors.incrementAndGet();
    return true;
  }

  private void batch(long from, long[] todo) throws IOException {
    try {
      Digest last = null;
      for (Entry entry : entries(from, todo)) {
        // In inode order the same chunk comes in a row; one further off is proved by then.
        if (entry.digest().equals(last) || pass.isProved(entry.digest())) continue;
        last = entry.digest();
        submit(entry);
      }
      while (!await(WAIT_MILLIS)) pass.check();
      free.release(atOnce);
    } finally {
      // After an abort: what is under way comes to its end, unless a disk hangs.
      if (free.availablePermits() < atOnce) await(TimeUnit.SECONDS.toMillis(END_SECONDS));
    }
  }

  private boolean await(long millis) {
    return acquire(atOnce, millis);
  }

  private boolean acquire(int permits, long millis) {
    try {
      return free.tryAcquire(permits, millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private List<Entry> entries(long from, long[] todo) throws IOException {
    var entries = new ArrayList<Entry>(todo.length);
    for (long each : todo) {
      long number = from + (each & 0xffff_ffffL);
      Digest digest = index.digest(number);
      entries.add(new Entry(place(digest, number), digest, index.length(number)));
      if ((entries.size() & 0xff) == 0) pass.check();
    }
    entries.sort(Comparator.comparingLong(Entry::inode).thenComparing(Entry::digest));
    return entries;
  }

  private long place(Digest digest, long number) {
    if (!pass.inodeOrder()) return number;
    try {
      FileStatus status = FileStatus.find(chunks.path(digest));
      return status == null ? Long.MAX_VALUE : status.inode();
    } catch (IOException told) {
      return Long.MAX_VALUE; // when it is read
    }
  }

  private void submit(Entry entry) throws IOException {
    while (!acquire(1, WAIT_MILLIS)) pass.check();
    ProvingThreads.Work work = prover -> {
      try {
        judge(prover, entry);
      } finally {
        free.release();
      }
    };
    boolean taken = false;
    try {
      while (!pass.threads().offer(work)) pass.check();
      taken = true;
      pass.check();
    } finally {
      if (!taken) free.release();
    }
  }

  private void judge(ChunkProver prover, Entry entry) {
    Digest digest = entry.digest();
    for (int i = 0; i < REPLACED; i++) {
      switch (prover.prove(chunks, digest)) {
        case ChunkVerdict.Good good -> {
          good(entry, good);
          return;
        }
        case ChunkVerdict.Missing missing -> {
          errors.incrementAndGet();
          pass.missing(digest);
          return;
        }
        case ChunkVerdict.Unreadable unreadable -> {
          errors.incrementAndGet();
          pass.unreadable(digest, unreadable.cause());
          return;
        }
        case ChunkVerdict.Corrupt corrupt -> {
          if (!pass.corrupt(digest, corrupt)) continue;
          errors.incrementAndGet();
          return;
        }
      }
    }
    errors.incrementAndGet();
    pass.unreadable(digest, new IOException("it is written again and again"));
  }

  private void good(Entry entry, ChunkVerdict.Good good) {
    read.add(good.storedBytes());
    decoded.add(entry.length());
    if (good.kind().encrypted() != encrypted) {
      errors.incrementAndGet();
      pass.log("chunk CryptMode %s does not match index CryptMode %s"
          .formatted(mode(good.kind().encrypted()), mode(encrypted)));
    }
    if (good.plainBytes() >= 0 && good.plainBytes() != entry.length()) {
      errors.incrementAndGet();
      pass.log("chunk %s has %d bytes, the index says %d: the index is damaged"
          .formatted(entry.digest(), good.plainBytes(), entry.length()));
    }
    pass.proved(entry.digest());
  }

  private static String mode(boolean encrypted) {
    return encrypted ? "Encrypt" : "None";
  }
}
