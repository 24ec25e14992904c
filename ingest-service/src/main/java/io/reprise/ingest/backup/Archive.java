package io.reprise.ingest.backup;

import io.reprise.datastore.Digest;
import io.reprise.datastore.index.DynamicIndexWriter;
import io.reprise.datastore.index.FixedIndexWriter;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.ingest.rest.ApiError;
import java.io.IOException;
import java.nio.file.Path;

/** An index that a session writes: what may be appended, and what must fit when it is closed (protocol.md §3.4). */
abstract sealed class Archive implements AutoCloseable {
  static final int FIXED_CHUNK = 4 << 20;

  final ArchiveName name;
  long appended;

  // Counters of uploads, guarded by this.
  private long uploads;
  private long uploadedBytes;
  private long storedBytes;
  private long duplicates;

  Archive(ArchiveName name) {
    this.name = name;
  }

  abstract String kind();

  /** A chunk was uploaded for it. @throws ApiError if the archive takes no chunk of that size */
  synchronized void uploaded(int size, long stored, boolean duplicate) {
    uploads++;
    uploadedBytes += size;
    storedBytes += stored;
    if (duplicate) duplicates++;
  }

  /** What was uploaded. */
  record Uploads(long count, long bytes, long stored, long duplicates) {
    static final Uploads NONE = new Uploads(0, 0, 0, 0);

    Uploads plus(Uploads o) {
      return new Uploads(
          count + o.count, bytes + o.bytes, stored + o.stored, duplicates + o.duplicates);
    }
  }

  synchronized Uploads uploads() {
    return new Uploads(uploads, uploadedBytes, storedBytes, duplicates);
  }

  /** @param offset first byte that the chunk covers. @param size its plain bytes */
  abstract void append(long offset, Digest digest, int size) throws IOException;

  /**
   * Renames it into place.
   *
   * @throws ApiError if what the client counted is not what came
   */
  abstract void finish(long chunks, long size, Digest checksum, Path target, boolean flush)
      throws IOException;

  @Override
  public abstract void close() throws IOException;

  final void requireChunks(long chunks) {
    if (chunks != appended) {
      throw ApiError.badRequest(
          "%s: chunk-count is %d, but %d were appended".formatted(name, chunks, appended));
    }
  }

  final void requireSize(long given, long expected) {
    if (given != expected) {
      throw ApiError.badRequest(
          "%s: size is %d, but the archive has %d bytes".formatted(name, given, expected));
    }
  }

  /** @return what was given */
  final Digest requireChecksum(Digest given, Digest computed) {
    if (!given.equals(computed)) {
      throw ApiError.badRequest(
          name + ": csum is " + given + ", but what was appended gives " + computed);
    }
    return given;
  }

  /** An image in chunks of 4 MiB. */
  static final class Fixed extends Archive {
    private final FixedIndexWriter writer;
    private final boolean incremental;
    private boolean shortChunk;

    /** @param incremental it began as a copy of the last one */
    Fixed(ArchiveName name, FixedIndexWriter writer, boolean incremental) {
      super(name);
      this.writer = writer;
      this.incremental = incremental;
    }

    @Override
    String kind() {
      return "fixed";
    }

    @Override
    synchronized void uploaded(int size, long stored, boolean duplicate) {
      if (size > FIXED_CHUNK) {
        throw ApiError.badRequest(name + ": a chunk of " + size + " bytes is more than 4 MiB");
      }
      if (size < FIXED_CHUNK) {
        if (shortChunk) {
          throw ApiError.badRequest(name + ": only one chunk may be shorter than 4 MiB");
        }
        shortChunk = true;
      }
      super.uploaded(size, stored, duplicate);
    }

    @Override
    void append(long offset, Digest digest, int size) throws IOException {
      long end = offset + size;
      boolean last = end == writer.size();
      if (end < offset
          || end > writer.size()
          || size > FIXED_CHUNK
          || offset % FIXED_CHUNK != 0
          || (size != FIXED_CHUNK && !last)) {
        throw ApiError.badRequest("%s: a chunk of %d bytes cannot be at %d in an image of %d"
            .formatted(name, size, offset, writer.size()));
      }
      writer.set(offset / FIXED_CHUNK, digest);
      appended++;
    }

    @Override
    void finish(long chunks, long size, Digest checksum, Path target, boolean flush)
        throws IOException {
      requireChunks(chunks);
      if (!incremental) {
        if (chunks != writer.entryCount()) {
          throw ApiError.badRequest("%s: %d chunks were appended, %d are needed"
              .formatted(name, chunks, writer.entryCount()));
        }
        requireSize(size, writer.size());
      }
      writer.finish(target, requireChecksum(checksum, writer.computeChecksum()), flush);
    }

    @Override
    public void close() throws IOException {
      writer.close();
    }
  }

  /** A stream cut where its content says. */
  static final class Dynamic extends Archive {
    private final DynamicIndexWriter writer;

    Dynamic(ArchiveName name, DynamicIndexWriter writer) {
      super(name);
      this.writer = writer;
    }

    @Override
    String kind() {
      return "dynamic";
    }

    @Override
    void append(long offset, Digest digest, int size) throws IOException {
      if (offset != writer.size()) {
        throw ApiError.badRequest("%s: a chunk at %d cannot follow the last one, which ends at %d"
            .formatted(name, offset, writer.size()));
      }
      writer.append(offset + size, digest);
      appended++;
    }

    @Override
    void finish(long chunks, long size, Digest checksum, Path target, boolean flush)
        throws IOException {
      requireChunks(chunks);
      requireSize(size, writer.size());
      writer.finish(target, requireChecksum(checksum, writer.computeChecksum()), flush);
    }

    @Override
    public void close() throws IOException {
      writer.close();
    }
  }
}
