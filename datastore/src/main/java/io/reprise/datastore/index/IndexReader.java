package io.reprise.datastore.index;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/**
 * An index file opened for reading (datastore.md §3). Memory is fixed, 64 KiB for any archive: entries are read through a
 * window, which costs a file read only where the last ones were elsewhere. Safe for several threads.
 *
 * <p>Not mapped into memory: if somebody cuts a mapped file short, touching it is an error of the machine (SIGBUS), which
 * ends a native executable; a read that comes up short is an exception that names the file.
 */
public sealed interface IndexReader extends AutoCloseable
    permits FixedIndexReader, DynamicIndexReader {

  /**
   * Opens either kind by its magic.
   *
   * @throws BadFormat if it is neither, or fails the open checks of datastore.md §3
   */
  static IndexReader open(Path file) throws IOException {
    return IndexFile.open(file);
  }

  /** At least 1. */
  long entryCount();

  /** @param entry 0 … entryCount − 1 */
  Digest digest(long entry) throws IOException;

  /** First byte of the archive that the entry covers. */
  long start(long entry) throws IOException;

  /** The byte behind the last one that the entry covers. */
  long end(long entry) throws IOException;

  /** Length of the archive in bytes. */
  long size();

  /** The entry that covers the byte at that offset, or −1 if the archive ends before it. */
  long entryAt(long offset) throws IOException;

  /** The checksum in the header; open does not check it. */
  Digest checksum();

  /** Reads all entries and computes what {@link #checksum()} should be: what the manifest records as csum. */
  Digest computeChecksum() throws IOException;

  /** Takes digests as four big-endian longs each, so that millions cost no objects. */
  @FunctionalInterface
  interface DigestSink {
    void accept(long a, long b, long c, long d) throws IOException;
  }

  /** Hands over the digests of all entries in order, repeated ones too. */
  void digests(DigestSink sink) throws IOException;

  UUID uuid();

  /** When the index was made, epoch seconds. */
  long ctime();

  /** The length of an entry's chunk, which an honest index keeps within 1 … 16 MiB. */
  default long length(long entry) throws IOException {
    long start = start(entry);
    long end = end(entry);
    if (end < start) {
      throw new BadFormat("index entry %d ends at %d before it begins at %d: the index is damaged"
          .formatted(entry, end, start));
    }
    return end - start;
  }

  @Override
  void close() throws IOException;
}
