package io.reprise.ingest.memory;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that all sessions of this process may hold (I8), in parts:
 *
 * <pre>
 *  | windows 1/16 | sending 3/16 |                uploads 3/4               |
 *                                |   read-ahead: lent    | largest body     |
 * </pre>
 *
 * <ul>
 *   <li><b>Windows</b>: what may arrive or leave without asking. Divided by the number of sessions, so a session's part
 *       shrinks as sessions grow ({@link UploadShare#streamWindow}, {@link ReadShare#pieceBytes}).
 *   <li><b>Sending</b>: chunks on their way to clients, which cannot be taken back from a client that stops reading.
 *   <li><b>Uploads</b>: a body is admitted whole, for its announced length, in order of arrival. A session that already
 *       holds its fair share is passed over until it has given some back; apart from that nobody overtakes, so that large
 *       bodies do not starve.
 *   <li><b>Kept</b>: what sessions remember for as long as they live, taken from the uploads' part up to its half, never
 *       waited for.
 *   <li><b>Read-ahead</b>: lent from what uploads leave free, never waited for, and given back when an upload waits.
 * </ul>
 *
 * <p>Waiting cannot be circular: only uploads wait; who waits holds nothing for the same body; an admitted body needs no
 * more; what is lent comes back without waiting; and the uploads' part has room for the largest body. What is left to the
 * user: to close what was admitted when its client is gone or stands still.
 *
 * <p>Nothing here blocks. Callbacks run where their owner says, outside of every lock. Safe for all threads.
 */
public final class MemoryBudget {
  /** The largest body: a chunk of 16 MiB with the largest blob header (protocol.md §3.3). */
  public static final int MAX_BODY = (16 << 20) + 44;

  /** Streams of one upload session that may carry bodies at once: its SETTINGS_MAX_CONCURRENT_STREAMS. */
  public static final int STREAMS = 128;

  /** Pieces of answers that a session may have in memory: for each of {@link #ANSWERS}, the one that is sent and the next. */
  public static final int PIECES = 8;

  /** Answers in pieces that a session may have under way at once; more of them wait for their turn. */
  public static final int ANSWERS = PIECES / 2;

  private final long total;
  private final long windows;
  private final long sendMax;
  private final long readMax;
  private final long uploadMax;

  // All below is guarded by this, as is the state of shares and admissions.
  private final Set<UploadShare> uploads = new LinkedHashSet<>();
  private final Set<ReadShare> readers = new LinkedHashSet<>();

  /** Shares in which somebody waits, by the ticket of the first one there. */
  private final TreeMap<Long, UploadShare> line = new TreeMap<>();

  private long tickets;
  private long uploadsHeld;
  private long uploadsWaiting;
  private long readsHeld;
  private long sending;
  private long kept;

  /**
   * @param totalBytes for all sessions together; at least 32 MiB
   * @param readAheadBytes the part of it that read-ahead may take while uploads leave it free; at most half
   */
  public MemoryBudget(long totalBytes, long readAheadBytes) {
    if (totalBytes < 32L << 20) {
      throw new IllegalArgumentException(
          "session memory of %d bytes is too little: set at least 32M".formatted(totalBytes));
    }
    if (readAheadBytes < 0 || readAheadBytes > totalBytes / 2) {
      throw new IllegalArgumentException(
          "read-ahead memory of %d bytes: set at most half of the session memory, %d bytes"
              .formatted(readAheadBytes, totalBytes));
    }
    total = totalBytes;
    windows = totalBytes / 16;
    sendMax = totalBytes / 16 * 3;
    readMax = readAheadBytes;
    uploadMax = total - windows - sendMax;
  }

  /**
   * A session that uploads joins; to be closed when its connection ends.
   *
   * @param windowChanged called, on any thread, when {@link UploadShare#streamWindow} has changed because of the number of
   *     sessions; must be quick, must not throw: have the event loop send SETTINGS_INITIAL_WINDOW_SIZE
   */
  public UploadShare openUploads(Runnable windowChanged) {
    var share = new UploadShare(this, windowChanged);
    var after = new ArrayList<Runnable>();
    synchronized (this) {
      uploads.add(share);
      share.window = windowFor(share.window);
      windowsChanged(share, after);
    }
    after.forEach(Runnable::run);
    return share;
  }

  /**
   * A session that reads joins; to be closed when its connection ends.
   *
   * @param pressure called, on any thread, when others need what it holds: give back {@link ReadShare#excess} bytes soon;
   *     must be quick, must not throw. It may give back at once, within the call
   */
  public ReadShare openReads(Runnable pressure) {
    var share = new ReadShare(this, pressure);
    var after = new ArrayList<Runnable>();
    synchronized (this) {
      readers.add(share);
      windowsChanged(null, after);
    }
    after.forEach(Runnable::run);
    return share;
  }

  /** Bytes of admitted bodies. */
  public synchronized long uploadsHeld() {
    return uploadsHeld;
  }

  /** Bytes of bodies that wait to be admitted. */
  public synchronized long uploadsWaiting() {
    return uploadsWaiting;
  }

  /** Bytes of chunks that were read and that nobody sends yet. */
  public synchronized long readsHeld() {
    return readsHeld;
  }

  /** Bytes of chunks on their way to clients. */
  public synchronized long sending() {
    return sending;
  }

  public long total() {
    return total;
  }

  // what sessions keep

  /**
   * Takes memory that a session needs as long as it lives. Bodies are admitted for what is left; those that were admitted
   * already stay.
   *
   * @return false if that is more than half of what there is for uploads
   */
  public synchronized boolean tryKeep(long bytes) {
    if (kept + bytes > Math.min(uploadMax / 2, uploadMax - MAX_BODY)) return false;
    kept += bytes;
    return true;
  }

  /** Bytes that are no longer kept. */
  public void giveUp(long bytes) {
    var after = new ArrayList<Runnable>();
    synchronized (this) {
      if (bytes < 0 || bytes > kept) {
        throw new IllegalArgumentException("gives up " + bytes + " bytes of " + kept);
      }
      kept -= bytes;
      advance(after);
    }
    after.forEach(Runnable::run);
  }

  /** Bytes that sessions keep. */
  public synchronized long kept() {
    return kept;
  }

  private long uploadRoom() {
    return uploadMax - kept;
  }

  // uploads

  void join(UploadShare share, Admission admission) {
    var after = new ArrayList<Runnable>();
    synchronized (this) {
      if (share.closed) throw new IllegalStateException("the session's share is closed");
      admission.ticket = tickets++;
      uploadsWaiting += admission.bytes;
      if (share.waiting.isEmpty()) line.put(admission.ticket, share);
      share.waiting.add(admission);
      advance(after);
    }
    after.forEach(Runnable::run);
  }

  void end(UploadShare share, Admission admission) {
    var after = new ArrayList<Runnable>();
    synchronized (this) {
      drop(share, admission);
      advance(after);
    }
    after.forEach(Runnable::run);
  }

  void end(UploadShare share) {
    var after = new ArrayList<Runnable>();
    synchronized (this) {
      if (share.closed) return;
      share.closed = true;
      for (Admission admission : List.copyOf(share.waiting)) drop(share, admission);
      for (Admission admission : List.copyOf(share.admitted)) drop(share, admission);
      uploads.remove(share);
      advance(after);
      windowsChanged(null, after);
    }
    after.forEach(Runnable::run);
  }

  synchronized boolean othersWait(UploadShare share) {
    return line.size() > (share.waiting.isEmpty() ? 0 : 1);
  }

  private void drop(UploadShare share, Admission admission) {
    switch (admission.state) {
      case WAITING -> {
        uploadsWaiting -= admission.bytes;
        boolean first = share.waiting.peek() == admission;
        share.waiting.remove(admission);
        if (first) nextInLine(admission.ticket, share);
      }
      case ADMITTED -> {
        uploadsHeld -= admission.bytes;
        share.held -= admission.bytes;
        share.admitted.remove(admission);
      }
      case CLOSED -> {}
    }
    admission.state = Admission.State.CLOSED;
  }

  private void nextInLine(long served, UploadShare share) {
    line.remove(served);
    Admission next = share.waiting.peek();
    if (next != null) line.put(next.ticket, share);
  }

  /** Admits whoever may be: in order, past sessions that hold their share, up to the first for whom there is no room. */
  private void advance(List<Runnable> after) {
    long fair = uploadRoom()
        / (1 + busyUploads()); // one part stays free, so that who comes new finds room at once
    Map.Entry<Long, UploadShare> entry = line.firstEntry();
    while (entry != null) {
      long ticket = entry.getKey();
      UploadShare share = entry.getValue();
      Admission head = share.waiting.element();
      if (share.held == 0 || share.held + head.bytes <= fair) {
        if (uploadsHeld + head.bytes > uploadRoom()) break;
        if (uploadsHeld + head.bytes + readsHeld > uploadRoom()) {
          readers.stream().filter(reader -> excess(reader) > 0).forEach(r -> after.add(r.pressure));
          break;
        }
        share.waiting.remove();
        nextInLine(ticket, share);
        uploadsWaiting -= head.bytes;
        uploadsHeld += head.bytes;
        share.held += head.bytes;
        share.admitted.add(head);
        head.state = Admission.State.ADMITTED;
        after.add(head::announce);
      }
      entry = line.higherEntry(ticket);
    }
  }

  private long busyUploads() {
    return uploads.stream()
        .filter(share -> share.held > 0 || !share.waiting.isEmpty())
        .count();
  }

  // windows

  private void windowsChanged(@Nullable UploadShare justTold, List<Runnable> after) {
    for (UploadShare share : uploads) {
      int window = windowFor(share.window);
      if (window == share.window) continue;
      share.window = window;
      if (share != justTold) after.add(share.windowChanged);
    }
  }

  /** A power of two, so that it rarely changes; it grows again only when twice as much is there, so that it does not flutter. */
  private int windowFor(int current) {
    int exact = (int) Math.min(1 << 20, perSession() / STREAMS);
    int window = exact < 1024 ? 0 : Integer.highestOneBit(exact);
    return window > current && window < 4 * current ? current : window;
  }

  private long perSession() {
    return windows / Math.max(1, uploads.size() + readers.size());
  }

  synchronized int window(UploadShare share) {
    return share.window;
  }

  /** Size of a piece in bytes, of which a session may hold {@link #PIECES} without asking; falls as sessions grow. */
  public synchronized int pieceBytes() {
    return (int) Math.clamp(perSession() / PIECES, 4 << 10, 256 << 10);
  }

  // sending

  synchronized boolean trySend(ReadShare share, int bytes) {
    long busy = readers.stream().filter(r -> r.sending > 0 || r == share).count();
    boolean fair = share.sending == 0 || share.sending + bytes <= sendMax / (1 + busy);
    if (share.closed || !fair || sending + bytes > sendMax) return false;
    share.sending += bytes;
    sending += bytes;
    return true;
  }

  synchronized void sent(ReadShare share, int bytes) {
    if (bytes < 0 || bytes > share.sending) {
      throw new IllegalArgumentException(
          "has sent " + bytes + " bytes of " + share.sending + " on their way");
    }
    share.sending -= bytes;
    sending -= bytes;
  }

  // read-ahead

  /** What all readers together may hold now. */
  private long readLimit() {
    return Math.clamp(uploadRoom() - uploadsHeld - uploadsWaiting - MAX_BODY, 0, readMax);
  }

  private long readShare(ReadShare asking) {
    long busy = readers.stream()
        .filter(reader -> reader.held > 0 || reader.wants || reader == asking)
        .count();
    return readLimit() / Math.max(1, busy);
  }

  boolean tryTake(ReadShare share, int bytes) {
    var after = new ArrayList<Runnable>();
    boolean taken;
    synchronized (this) {
      boolean fair = !share.closed && (share.held == 0 || share.held + bytes <= readShare(share));
      taken = fair && readsHeld + bytes <= readLimit();
      share.wants = !taken && !share.closed;
      if (taken) {
        share.held += bytes;
        readsHeld += bytes;
      } else if (fair) {
        long part = readShare(share);
        for (ReadShare other : readers) if (other.held > part) after.add(other.pressure);
      }
    }
    after.forEach(Runnable::run);
    return taken;
  }

  void giveBack(ReadShare share, long bytes) {
    var after = new ArrayList<Runnable>();
    synchronized (this) {
      if (share.closed) return; // closing gave everything back
      if (bytes < 0 || bytes > share.held) {
        throw new IllegalArgumentException(
            "gives back " + bytes + " bytes of " + share.held + " that it holds");
      }
      share.held -= bytes;
      readsHeld -= bytes;
      advance(after);
    }
    after.forEach(Runnable::run);
  }

  synchronized void rest(ReadShare share) {
    share.wants = false;
  }

  synchronized long excess(ReadShare share) {
    return Math.max(0, share.held - readShare(share));
  }

  synchronized long allowance(ReadShare share) {
    return readShare(share);
  }

  void end(ReadShare share) {
    var after = new ArrayList<Runnable>();
    synchronized (this) {
      if (share.closed) return;
      share.closed = true;
      readsHeld -= share.held;
      share.held = 0;
      readers.remove(share);
      advance(after);
      windowsChanged(null, after);
    }
    after.forEach(Runnable::run);
  }
}
