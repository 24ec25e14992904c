package io.reprise.datastore.index;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.UUID;

/**
 * Writes a {@code .fidx} (datastore.md §3.1): entries in any order, straight into a temporary file, so that it costs no
 * heap whatever the image's size. Entries that are never set stay zero. Closing without {@link #finish} removes the
 * temporary file. For one thread at a time.
 */
public final class FixedIndexWriter implements AutoCloseable {
  private static final int BLOCK = 64 << 10;
  private static final long MAX_ENTRIES = (Long.MAX_VALUE - IndexFile.HEADER) / Digest.BYTES;

  private final IndexFileWriter file;
  private final long size;
  private final int chunkSize;
  private final long count;

  private FixedIndexWriter(IndexFileWriter file, long size, int chunkSize) {
    this.file = file;
    this.size = size;
    this.chunkSize = chunkSize;
    count = FixedIndexReader.entries(size, chunkSize);
  }

  /**
   * @param temporary made, or emptied if it is there
   * @param size bytes of the image, at least 1
   * @param chunkSize bytes of every chunk but perhaps the last, at least 1; the protocol uses 4 MiB
   * @throws IOException also if the index of such an image is larger than a file can be
   */
  public static FixedIndexWriter create(Path temporary, long size, int chunkSize)
      throws IOException {
    return create(temporary, size, chunkSize, UUID.randomUUID(), Instant.now().getEpochSecond());
  }

  /** With UUID and creation time (epoch seconds) given, so that the file is the same each time. */
  public static FixedIndexWriter create(
      Path temporary, long size, int chunkSize, UUID uuid, long ctime) throws IOException {
    if (size < 1 || chunkSize < 1 || FixedIndexReader.entries(size, chunkSize) > MAX_ENTRIES) {
      throw new IllegalArgumentException("image of " + size + " bytes in chunks of " + chunkSize);
    }
    ByteBuffer header = IndexFileWriter.header(IndexFile.FIXED, uuid, ctime)
        .putLong(FixedIndexReader.SIZE_OFFSET, Long.reverseBytes(size))
        .putLong(FixedIndexReader.CHUNK_SIZE_OFFSET, Long.reverseBytes(chunkSize));
    var writer = new FixedIndexWriter(new IndexFileWriter(temporary, header), size, chunkSize);
    try {
      writer.set(writer.count - 1, ZERO); // the file has its length from the start
    } catch (IOException e) {
      writer.close();
      throw new IOException(
          "%s: no room for the index of an image of %d bytes: %s"
              .formatted(temporary.getFileName(), size, e.getMessage()),
          e);
    }
    return writer;
  }

  private static final Digest ZERO = new Digest(0, 0, 0, 0);

  public long entryCount() {
    return count;
  }

  public long size() {
    return size;
  }

  public int chunkSize() {
    return chunkSize;
  }

  /** Sets an entry, again if need be. */
  public void set(long entry, Digest digest) throws IOException {
    if (entry < 0 || entry >= count) {
      throw new IndexOutOfBoundsException(file.temporary() + ": entry " + entry + " of " + count);
    }
    file.write(ByteBuffer.wrap(digest.bytes()), IndexFile.HEADER + entry * Digest.BYTES);
  }

  /**
   * Takes over all entries of an earlier index of the same archive.
   *
   * @throws BadFormat if it has another number of entries
   */
  public void copyFrom(FixedIndexReader earlier) throws IOException {
    if (earlier.entryCount() != count) {
      throw new BadFormat("%s: %d entries cannot be reused for an image of %d: upload it in full"
          .formatted(earlier.file().file(), earlier.entryCount(), count));
    }
    earlier.file().copyEntries((bytes, position) -> file.write(bytes, position));
  }

  /** SHA-256 over all entries as they are now: reads them back from the file. */
  public Digest computeChecksum() throws IOException {
    MessageDigest sha = IndexFile.sha256();
    FileChannel channel = file.channel();
    ByteBuffer buffer = ByteBuffer.allocate(BLOCK);
    long at = IndexFile.HEADER;
    long end = at + count * Digest.BYTES;
    while (at < end) {
      buffer.clear().limit((int) Math.min(BLOCK, end - at));
      int n = channel.read(buffer, at);
      if (n < 0) throw new BadFormat(file.temporary() + ": became shorter while it was written");
      sha.update(buffer.flip());
      at += n;
    }
    return Digest.of(sha.digest());
  }

  /**
   * Ends the file and renames it into place.
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
    file.finish(target, checksum, flush);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
