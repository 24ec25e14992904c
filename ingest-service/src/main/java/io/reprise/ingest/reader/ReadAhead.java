package io.reprise.ingest.reader;

import io.netty.buffer.ByteBuf;
import io.reprise.datastore.Digest;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.os.FileStatus;
import io.reprise.ingest.memory.MemoryBudget;
import io.reprise.ingest.memory.ReadShare;
import io.reprise.ingest.reader.Chunk.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The chunks of one session in memory: those that are wanted now, and those that its client will want next, read in the
 * order of the disk. All of it is borrowed, and can be given back at any moment: what is wanted is then read again by
 * whoever wants it, once it may be sent. Safe for several threads; no chunk file is touched under its lock.
 */
final class ReadAhead implements AutoCloseable {
  /** Chunks that small stay for a while after they were taken: zeros come again and again. */
  private static final int SMALL = 16 << 10;

  private static final int RECENT = 64;
  private static final int USUAL_SIZE = 2 << 20;

  private final ChunkFiles files;
  private final ReadShare memory;
  private final Sequences sequences = new Sequences();

  /** In the order in which they were wanted or planned; none of them is {@link State#GIVEN_UP}. */
  private final LinkedHashMap<Digest, Chunk> chunks = new LinkedHashMap<>();

  /** Taken lately, so that asking again says nothing about what comes next; the small ones are held. */
  private final LinkedHashMap<Digest, Chunk> recent = new LinkedHashMap<>(RECENT, 0.75f, true);

  private final AtomicBoolean givingBack = new AtomicBoolean();
  private long borrowed;
  private long usualSize = USUAL_SIZE;
  private int reading;
  private int wanted;
  private boolean closed;

  ReadAhead(ChunkFiles files, MemoryBudget budget) {
    this.files = files;
    memory = budget.openReads(this::pressed);
  }

  ReadShare memory() {
    return memory;
  }

  /** An index was downloaded: its client will begin at the beginning, if anywhere. */
  synchronized void downloaded(IndexReader index) throws IOException {
    dropUnused(sequences.begins(index));
  }

  // what is wanted

  /**
   * Wants a chunk that is expected, or was asked for lately, and so is one of a downloaded index. Reading begins, and so
   * does reading what comes next.
   *
   * @return to be passed to {@link #take} or {@link #leave}, once; null if nothing is known of the chunk: look it up
   */
  synchronized @Nullable Chunk want(Digest digest) throws IOException {
    Chunk again = recent.get(digest);
    if (again != null && again.state == State.HELD) return want(again);
    Sequence run = sequences.requested(digest);
    if (run == null && again == null && !chunks.containsKey(digest)) return null;
    Chunk chunk = wantFromFile(digest);
    if (run != null) {
      dropUnused(run.passedOver());
      plan(run);
    }
    return chunk;
  }

  /** Wants a chunk that was looked up. */
  synchronized Chunk want(Digest digest, AllowedChunks.Place place) throws IOException {
    dropUnused(sequences.jumped(place));
    return wantFromFile(digest);
  }

  private Chunk wantFromFile(Digest digest) {
    Chunk chunk = chunks.get(digest);
    if (chunk == null) {
      chunk = new Chunk(digest, State.PLANNED, false);
      chunks.put(digest, chunk);
    }
    if (chunk.ahead) {
      chunk.ahead = false;
      sequences.used();
    }
    if (chunk.state == State.PLANNED || chunk.state == State.QUEUED) {
      chunk.state = State.QUEUED;
      Chunk wanted = chunk;
      files.threads().now(() -> read(wanted));
    }
    return want(chunk);
  }

  private Chunk want(Chunk chunk) {
    chunk.wantedBy++;
    wanted++;
    return chunk;
  }

  /**
   * Takes a chunk that was waited for.
   *
   * @return its bytes; null if there was no memory for them, or it was given back: read them again
   */
  synchronized @Nullable ByteBuf take(Chunk chunk) {
    unwant(chunk);
    ByteBuf bytes = chunk.bytes;
    if (bytes == null) {
      remember(chunk);
      return null;
    }
    boolean keep = chunk.wantedBy > 0 || chunk.size <= SMALL;
    ByteBuf taken = keep ? bytes.retainedDuplicate() : bytes.retain();
    if (!keep) giveUp(chunk);
    remember(chunk);
    return taken;
  }

  /** Does not want it after all: it failed, or goes in pieces. */
  synchronized void leave(Chunk chunk) {
    unwant(chunk);
    if (chunk.wantedBy == 0) giveUp(chunk);
  }

  private void unwant(Chunk chunk) {
    chunk.wantedBy--;
    wanted--;
    if (wanted == 0) memory.rest();
  }

  /** Moves it to the recent ones, unless somebody else still wants it. */
  private void remember(Chunk chunk) {
    if (chunk.wantedBy > 0) return;
    chunks.remove(chunk.digest, chunk);
    Chunk before = recent.put(chunk.digest, chunk);
    if (before != null && before != chunk) giveUp(before);
    if (recent.size() > RECENT) giveUp(recent.pollFirstEntry().getValue());
  }

  // reading

  /** On a reading thread. */
  private void read(Chunk chunk) {
    synchronized (this) {
      if (chunk.state != State.QUEUED) return; // read meanwhile, as more urgent, or given up
      chunk.state = State.READING;
      reading++;
    }
    ByteBuf bytes = null;
    Throwable failure = null;
    try {
      bytes = files.read(chunk.digest, size -> borrow(chunk, size));
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      failure = e;
    }
    synchronized (this) {
      reading--;
      chunk.bytes = bytes;
      if (bytes != null && chunk.state == State.READING && !closed) {
        chunk.state = State.HELD;
        usualSize = (7 * usualSize + chunk.size) / 8;
        if (memory.excess() > 0) giveUp(chunk);
      } else {
        giveUp(chunk);
      }
      if (closed && reading == 0) memory.close();
    }
    if (failure == null) chunk.settle(chunk.size);
    else chunk.fail(failure);
  }

  private synchronized boolean borrow(Chunk chunk, int size) {
    chunk.size = size;
    if (closed || chunk.state != State.READING) return false;
    if (chunk.borrowed == size) return true;
    giveBack(chunk);
    if (!memory.tryTake(size)) return false;
    chunk.borrowed = size;
    borrowed += size;
    return true;
  }

  private void giveBack(Chunk chunk) {
    if (chunk.borrowed == 0) return;
    borrowed -= chunk.borrowed;
    memory.giveBack(chunk.borrowed);
    chunk.borrowed = 0;
  }

  /** Drops what is in memory. Whoever waits for it still gets its size. */
  private void giveUp(Chunk chunk) {
    boolean busy = chunk.state == State.READING; // its thread comes here again
    chunk.state = State.GIVEN_UP;
    chunks.remove(chunk.digest, chunk);
    if (busy) return;
    ByteBuf bytes = chunk.bytes;
    chunk.bytes = null;
    if (bytes != null) bytes.release();
    giveBack(chunk);
  }

  // reading ahead

  /** Plans what comes next, many at once, so that there is something to put in order. */
  private void plan(Sequence run) {
    int window = sequences.window(run);
    if (window == 0 || closed) return;
    long free = memory.allowance() - borrowed;
    int room = (int) Math.min(window, free / usualSize);
    if (room <= 0) return; // less than it has: others came
    var missing = new ArrayList<Digest>();
    for (Digest digest : run.next(window)) {
      Chunk held = recent.get(digest);
      if (!chunks.containsKey(digest) && (held == null || held.state != State.HELD)) {
        missing.add(digest);
      }
    }
    if (missing.isEmpty() || 2 * missing.size() < Math.min(window, room)) return;
    var planned = new ArrayList<Chunk>();
    for (Digest digest : missing.subList(0, Math.min(room, missing.size()))) {
      var chunk = new Chunk(digest, State.PLANNED, true);
      chunks.put(digest, chunk);
      planned.add(chunk);
    }
    files.threads().ahead(() -> inOrderOfDisk(planned));
  }

  /** On a reading thread. */
  private void inOrderOfDisk(List<Chunk> planned) {
    for (Chunk chunk : planned) chunk.status = files.find(chunk.digest);
    planned.sort(Comparator.comparingLong(ReadAhead::inode));
    for (Chunk chunk : planned) {
      synchronized (this) {
        if (chunk.state != State.PLANNED) continue;
        FileStatus status = chunk.status;
        if (status == null) {
          giveUp(chunk);
          continue;
        }
        chunk.state = State.QUEUED;
      }
      files.threads().ahead(() -> read(chunk));
    }
  }

  private static long inode(Chunk chunk) {
    return chunk.status == null ? Long.MAX_VALUE : chunk.status.inode();
  }

  private void dropUnused(List<Digest> digests) {
    for (Digest digest : digests) {
      Chunk chunk = chunks.get(digest);
      if (chunk == null || chunk.wantedBy > 0) continue;
      if (chunk.ahead && chunk.state == State.HELD) sequences.inVain();
      giveUp(chunk);
    }
  }

  // giving back

  /** Others need memory. On any thread, which may hold locks of theirs: only passed on. */
  private void pressed() {
    if (givingBack.compareAndSet(false, true)) files.threads().now(this::giveBackExcess);
  }

  /** First what is furthest ahead, then what is kept, last what somebody wants. */
  private synchronized void giveBackExcess() {
    givingBack.set(false);
    giveBackExcess(List.copyOf(chunks.sequencedValues().reversed()), false);
    giveBackExcess(List.copyOf(recent.sequencedValues()), true);
    giveBackExcess(List.copyOf(chunks.sequencedValues().reversed()), true);
  }

  private void giveBackExcess(List<Chunk> from, boolean wantedToo) {
    for (Chunk chunk : from) {
      if (memory.excess() == 0) return;
      if (chunk.state == State.HELD && (wantedToo || chunk.wantedBy == 0)) giveUp(chunk);
    }
  }

  /** All that is held goes; what is being read, when it has been. No call may want anything any more. */
  @Override
  public synchronized void close() {
    closed = true;
    for (Chunk chunk : List.copyOf(chunks.values())) giveUp(chunk);
    for (Chunk chunk : List.copyOf(recent.values())) giveUp(chunk);
    recent.clear();
    if (reading == 0) memory.close();
  }
}
