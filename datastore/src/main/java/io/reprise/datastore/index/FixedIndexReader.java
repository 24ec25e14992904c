package io.reprise.datastore.index;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/** A {@code .fidx}: an image cut into chunks of one size (datastore.md §3.1). */
public final class FixedIndexReader implements IndexReader {
  static final int SIZE_OFFSET = 64;
  static final int CHUNK_SIZE_OFFSET = 72;

  private final IndexFile file;
  private final long size;
  private final long chunkSize;
  private final long count;

  FixedIndexReader(IndexFile file) throws BadFormat {
    this.file = file;
    size = file.headerLong(SIZE_OFFSET);
    chunkSize = file.headerLong(CHUNK_SIZE_OFFSET);
    if (size <= 0 || chunkSize <= 0) {
      throw new BadFormat("%s: image size %s or chunk size %s is impossible: the index is damaged"
          .formatted(file.file(), Long.toUnsignedString(size), Long.toUnsignedString(chunkSize)));
    }
    count = file.entryCount(Digest.BYTES);
    if (count != entries(size, chunkSize)) {
      throw new BadFormat(
          "%s: %d entries, but %d bytes in chunks of %d need %d: the index is cut off or damaged"
              .formatted(file.file(), count, size, chunkSize, entries(size, chunkSize)));
    }
  }

  /** @throws BadFormat if it is a dynamic index, or fails the open checks */
  public static FixedIndexReader open(Path path) throws IOException {
    IndexReader index = IndexReader.open(path);
    if (index instanceof FixedIndexReader fixed) return fixed;
    index.close();
    throw new BadFormat(path + ": is a dynamic index, expected a fixed one");
  }

  /** How many chunks an image has; both positive. */
  static long entries(long size, long chunkSize) {
    return size / chunkSize + (size % chunkSize == 0 ? 0 : 1);
  }

  IndexFile file() {
    return file;
  }

  /** Bytes of every chunk but perhaps the last. */
  public long chunkSize() {
    return chunkSize;
  }

  @Override
  public long entryCount() {
    return count;
  }

  @Override
  public Digest digest(long entry) throws IOException {
    return file.digestAt(IndexFile.HEADER + file.check(entry, count) * Digest.BYTES);
  }

  @Override
  public long start(long entry) {
    return file.check(entry, count) * chunkSize;
  }

  @Override
  public long end(long entry) {
    return file.check(entry, count) == count - 1 ? size : (entry + 1) * chunkSize;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public long entryAt(long offset) {
    return offset < 0 || offset >= size ? -1 : offset / chunkSize;
  }

  @Override
  public Digest checksum() {
    return file.checksum();
  }

  @Override
  public Digest computeChecksum() throws IOException {
    return file.computeChecksum();
  }

  @Override
  public void digests(DigestSink sink) throws IOException {
    file.digests(Digest.BYTES, 0, sink);
  }

  @Override
  public UUID uuid() {
    return file.uuid();
  }

  @Override
  public long ctime() {
    return file.headerLong(IndexFile.CTIME_OFFSET);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
