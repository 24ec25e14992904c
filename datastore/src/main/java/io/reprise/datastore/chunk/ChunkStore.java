package io.reprise.datastore.chunk;

import io.reprise.datastore.os.FileStatus;
import io.reprise.datastore.os.FileTimes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * The chunks of a datastore: one file each in 65,536 directories below {@code .chunks} (datastore.md §1.1, §2.6). What
 * the bytes mean is not looked at here, but for the kind when two chunks of one digest meet.
 *
 * <p>Safe for many threads and many processes. Chunks appear by a rename, so nobody sees half of one. Nobody may rely on
 * a chunk that is there without touching it, except through a base snapshot that it holds locked. "Not there" may be
 * told of a chunk that garbage collection is about to judge: then write it.
 */
public final class ChunkStore {
  /** The biggest encoded chunk: 16 MiB and the header of an encrypted blob. */
  public static final int MAX_ENCODED = (16 << 20) + 44;

  private final Path chunks;

  private ChunkStore(Path base) {
    this.chunks = base.resolve(".chunks");
  }

  /**
   * Makes {@code .chunks} with its 65,536 directories and {@code .lock}; the base is made when missing.
   *
   * @param progress told the number of directories made, up to 65,536
   * @throws FileAlreadyExistsException if the base holds a chunk store already
   */
  public static ChunkStore create(Path base, SyncLevel level, IntConsumer progress)
      throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /**
   * @param reserveBytes inserting stops when less is free, so that prune and garbage collection have room to work
   * @throws NoSuchFileException if there is no chunk store
   */
  public static ChunkStore open(Path base, SyncLevel level, long reserveBytes) throws IOException {
    return new ChunkStore(base);
  }

  /**
   * Stores a chunk by the rules of §2.6, or touches the one that is there.
   *
   * @param encoded the whole file, from position to limit, direct or heap; direct saves a copy. Not moved
   * @throws StoreFull if there is no room
   * @throws ChunkConflict if an encrypted chunk would have to replace another
   */
  public Insert insert(Digest digest, ByteBuffer encoded) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** Sets the access time to now (§7.3). @return false if there is no such chunk */
  public boolean touch(Digest digest) throws IOException {
    return FileTimes.touch(path(digest));
  }

  public boolean exists(Digest digest) throws IOException {
    FileStatus status = FileStatus.find(path(digest));
    return status != null && status.isRegular();
  }

  /** Encoded size in bytes. @throws NoSuchFileException if there is no such chunk */
  public long size(Digest digest) throws IOException {
    return FileStatus.of(path(digest)).size();
  }

  /**
   * The encoded chunk as it is stored; nothing in it is checked but its size.
   *
   * @param into cleared, filled and flipped; direct saves a copy. Holds {@link #MAX_ENCODED} bytes for any chunk
   * @throws NoSuchFileException if there is no such chunk
   */
  public void read(Digest digest, ByteBuffer into) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** As {@link #read(Digest, ByteBuffer)}, into a new array. */
  public byte[] read(Digest digest) throws IOException {
    throw new UnsupportedOperationException("not yet");
  }

  /** All chunks, one prefix directory after the other; to be closed. Chunks that come or go meanwhile may be missed. */
  public Stream<Digest> list() {
    throw new UnsupportedOperationException("not yet");
  }

  /** The chunk's file, whether it exists or not. */
  public Path path(Digest digest) {
    return chunks.resolve(digest.prefix()).resolve(digest.toString());
  }
}
