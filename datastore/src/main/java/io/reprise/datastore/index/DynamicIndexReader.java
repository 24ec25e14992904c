package io.reprise.datastore.index;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/** A {@code .didx}: a stream cut where its content says (datastore.md §3.2). */
public final class DynamicIndexReader implements IndexReader {
  static final int ENTRY = Long.BYTES + Digest.BYTES;

  private final IndexFile file;
  private final long count;
  private final long size;

  DynamicIndexReader(IndexFile file) throws IOException {
    this.file = file;
    count = file.entryCount(ENTRY);
    size = end(count - 1);
  }

  /** @throws BadFormat if it is a fixed index, or fails the open checks */
  public static DynamicIndexReader open(Path path) throws IOException {
    IndexReader index = IndexReader.open(path);
    if (index instanceof DynamicIndexReader dynamic) return dynamic;
    index.close();
    throw new BadFormat(path + ": is a fixed index, expected a dynamic one");
  }

  @Override
  public long entryCount() {
    return count;
  }

  private long position(long entry) {
    return IndexFile.HEADER + file.check(entry, count) * ENTRY;
  }

  @Override
  public Digest digest(long entry) throws IOException {
    return file.digestAt(position(entry) + Long.BYTES);
  }

  @Override
  public long start(long entry) throws IOException {
    return entry == 0 ? 0 : end(entry - 1);
  }

  @Override
  public long end(long entry) throws IOException {
    long end = file.longAt(position(entry));
    if (end < 0) {
      throw new BadFormat("%s: entry %d ends at %s: the index is damaged"
          .formatted(file.file(), entry, Long.toUnsignedString(end)));
    }
    return end;
  }

  @Override
  public long size() {
    return size;
  }

  /** The first entry that ends behind the offset; ends that do not rise give some entry or none, never an endless search. */
  @Override
  public long entryAt(long offset) throws IOException {
    if (offset < 0 || offset >= size) return -1;
    long low = 0;
    long high = count - 1;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (end(middle) > offset) high = middle;
      else low = middle + 1;
    }
    return low;
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
    file.digests(ENTRY, Long.BYTES, sink);
  }

  @Override
  public UUID uuid() {
    return file.uuid();
  }

  /** As stored; PBS itself reports the current time here. */
  @Override
  public long ctime() {
    return file.headerLong(IndexFile.CTIME_OFFSET);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
