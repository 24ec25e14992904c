package io.reprise.datastore.index;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/**
 * What both kinds of index file share: the beginning of the header, and entries of one size read through a window. The file
 * may be cut short while it is open; reads then end in {@link BadFormat}.
 */
final class IndexFile implements AutoCloseable {
  static final int HEADER = 4096;
  static final long FIXED = 0x2f7f41ed91fd0fcdL;
  static final long DYNAMIC = 0x1c914ea519bab3cdL;
  static final int UUID_OFFSET = 8;
  static final int CTIME_OFFSET = 24;
  static final int CHECKSUM_OFFSET = 32;

  private static final int WINDOW = 64 << 10;
  /** Read where a look-up jumps: entries beside it cost nothing more, 64 KiB would. */
  private static final int JUMP = 4 << 10;

  private final Path file;
  private final FileChannel channel;
  private final long length;
  private final ByteBuffer header;
  private final ByteBuffer window;
  private long windowStart = HEADER;

  private IndexFile(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    length = channel.size();
    if (length < HEADER) {
      throw new BadFormat(file + ": an index has at least 4096 bytes, not " + length);
    }
    header = ByteBuffer.allocate(HEADER);
    readFully(header, 0);
    header.flip();
    window = ByteBuffer.allocate((int) Math.min(WINDOW, length - HEADER))
        .order(ByteOrder.LITTLE_ENDIAN)
        .limit(0);
  }

  static IndexReader open(Path file) throws IOException {
    IndexFile opened = openFile(file);
    try {
      long magic = opened.header.getLong(0);
      if (magic == FIXED) return new FixedIndexReader(opened);
      if (magic == DYNAMIC) return new DynamicIndexReader(opened);
      throw new BadFormat(
          file + ": unknown magic %016x, no index file or damaged".formatted(magic));
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static IndexFile openFile(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    try {
      return new IndexFile(file, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** @return the number of entries; the file must hold them exactly, and at least one */
  long entryCount(int entryBytes) throws BadFormat {
    long entries = length - HEADER;
    if (entries == 0) throw new BadFormat(file + ": index without entries");
    if (entries % entryBytes != 0) {
      throw new BadFormat("%s: %d bytes of entries are no multiple of %d: the index is cut off"
          .formatted(file, entries, entryBytes));
    }
    return entries / entryBytes;
  }

  long headerLong(int offset) {
    return Long.reverseBytes(header.getLong(offset));
  }

  UUID uuid() {
    return new UUID(header.getLong(UUID_OFFSET), header.getLong(UUID_OFFSET + 8));
  }

  Digest checksum() {
    return Digest.read(header.duplicate().position(CHECKSUM_OFFSET));
  }

  /** The 32 bytes at that place of the file. */
  synchronized Digest digestAt(long position) throws IOException {
    load(position, Digest.BYTES);
    return Digest.read(window);
  }

  /** The little-endian long at that place of the file. */
  synchronized long longAt(long position) throws IOException {
    load(position, Long.BYTES);
    return window.getLong();
  }

  /** Moves the window so that {@code bytes} can be read at its position. */
  private void load(long position, int bytes) throws IOException {
    long windowEnd = windowStart + window.limit();
    if (position < windowStart || position + bytes > windowEnd) {
      boolean sequential = position >= windowStart && position <= windowEnd;
      int room = (int) Math.min(sequential ? WINDOW : JUMP, length - position);
      windowStart = position;
      window.limit(0); // nothing stale is left if reading fails
      ByteBuffer target = window.duplicate().clear().limit(room);
      readFully(target, position);
      window.limit(room);
    }
    window.position((int) (position - windowStart));
  }

  /** SHA-256 over all entries as stored, in order. */
  Digest computeChecksum() throws IOException {
    MessageDigest sha = sha256();
    copyEntries((bytes, position) -> sha.update(bytes));
    return Digest.of(sha.digest());
  }

  /** Takes the next stretch of entries. */
  interface EntrySink {
    void accept(ByteBuffer bytes, long position) throws IOException;
  }

  /** Hands over all entries as stored, in order, with their place in the file. */
  void copyEntries(EntrySink sink) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(WINDOW);
    for (long at = HEADER; at < length; at += WINDOW) {
      buffer.clear().limit((int) Math.min(WINDOW, length - at));
      readFully(buffer, at);
      sink.accept(buffer.flip(), at);
    }
  }

  /** @param skip bytes of an entry before its digest */
  void digests(int entryBytes, int skip, IndexReader.DigestSink sink) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(WINDOW / entryBytes * entryBytes);
    for (long at = HEADER; at < length; at += buffer.capacity()) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), length - at));
      readFully(buffer, at);
      for (int entry = skip; entry < buffer.limit(); entry += entryBytes) {
        sink.accept(
            buffer.getLong(entry),
            buffer.getLong(entry + 8),
            buffer.getLong(entry + 16),
            buffer.getLong(entry + 24));
      }
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private void readFully(ByteBuffer target, long position) throws IOException {
    long at = position;
    while (target.hasRemaining()) {
      int n = channel.read(target, at);
      if (n < 0) throw new BadFormat(file + ": became shorter while it was read");
      at += n;
    }
  }

  Path file() {
    return file;
  }

  /** The caller's entry number, checked. */
  long check(long entry, long count) {
    if (entry < 0 || entry >= count) {
      throw new IndexOutOfBoundsException(file + ": entry " + entry + " of " + count);
    }
    return entry;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
