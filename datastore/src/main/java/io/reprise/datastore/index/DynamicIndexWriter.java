package io.reprise.datastore.index;

import io.reprise.datastore.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.UUID;

/**
 * Writes a {@code .didx} (datastore.md §3.2), entry by entry, in 5 KiB of memory. Closing without {@link #finish} removes
 * the temporary file. For one thread at a time.
 */
public final class DynamicIndexWriter implements AutoCloseable {
  /** As many as clients append at a time: a session may have 256 of these open. */
  private static final int ENTRIES_BUFFERED = 128;

  private final IndexFileWriter file;
  private final MessageDigest sha = IndexFile.sha256();
  private final ByteBuffer buffer = ByteBuffer.allocate(ENTRIES_BUFFERED * DynamicIndexReader.ENTRY)
      .order(ByteOrder.LITTLE_ENDIAN);
  private long position = IndexFile.HEADER;
  private long count;
  private long size;

  private DynamicIndexWriter(IndexFileWriter file) {
    this.file = file;
  }

  /** @param temporary made, or emptied if it is there */
  public static DynamicIndexWriter create(Path temporary) throws IOException {
    return create(temporary, UUID.randomUUID(), Instant.now().getEpochSecond());
  }

  /** With UUID and creation time (epoch seconds) given, so that the file is the same each time. */
  public static DynamicIndexWriter create(Path temporary, UUID uuid, long ctime)
      throws IOException {
    return new DynamicIndexWriter(
        new IndexFileWriter(temporary, IndexFileWriter.header(IndexFile.DYNAMIC, uuid, ctime)));
  }

  /** Entries so far. */
  public long entryCount() {
    return count;
  }

  /** Bytes of the archive so far: the end of the last entry. */
  public long size() {
    return size;
  }

  /**
   * @param end the byte behind the chunk's last one, counted from the archive's start; beyond the one before
   */
  public void append(long end, Digest digest) throws IOException {
    if (end <= size) {
      throw new IllegalArgumentException("%s: entry ends at %d, but the one before it at %d"
          .formatted(file.temporary(), end, size));
    }
    if (!buffer.hasRemaining()) drain();
    buffer.putLong(end);
    digest.write(buffer);
    size = end;
    count++;
  }

  private void drain() throws IOException {
    int bytes = buffer.flip().remaining();
    sha.update(buffer.array(), 0, bytes);
    file.write(buffer, position);
    position += bytes;
    buffer.clear();
  }

  /** SHA-256 over all entries so far. */
  public Digest computeChecksum() throws IOException {
    drain();
    try {
      return Digest.of(((MessageDigest) sha.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("the JDK's SHA-256 can be copied", e);
    }
  }

  /**
   * Ends the file and renames it into place; readers refuse it if nothing was appended.
   *
   * @param flush the file and its name are on disk when this returns (durability level {@code file})
   * @return the index checksum
   */
  public Digest finish(Path target, boolean flush) throws IOException {
    Digest checksum = computeChecksum();
    finish(target, checksum, flush);
    return checksum;
  }

  /**
   * As {@link #finish(Path, boolean)}, where the checksum is at hand.
   *
   * @param checksum what {@link #computeChecksum} gave since the last change
   */
  public void finish(Path target, Digest checksum, boolean flush) throws IOException {
    drain();
    file.finish(target, checksum, flush);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
