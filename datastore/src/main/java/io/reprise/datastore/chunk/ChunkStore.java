package io.reprise.datastore.chunk;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.datastore.blob.BlobKind;
import io.reprise.datastore.os.Descriptor;
import io.reprise.datastore.os.FileStatus;
import io.reprise.datastore.os.FileSystemSpace;
import io.reprise.datastore.os.FileTimes;
import io.reprise.datastore.os.Rename;
import io.reprise.datastore.os.SystemCallFailed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

  private static final int STRIPES = 256;
  private static final int FILE_MODE = 0644;
  private static final int MAGIC_READ = 44; // the longest header
  private static final long SPACE_CHECK_BYTES = 64L << 20;

  /** Local file systems that write past the page cache; on others that is slower, or means something else. */
  private static final Set<String> DIRECT = Set.of("ext2", "ext3", "ext4", "xfs");

  private final Path base;
  private final ChunkDirectories directories;
  private final SyncLevel level;
  private final Reserve reserve;
  private final boolean direct;
  private final boolean setMode = Umask.takesFrom(FILE_MODE);
  private final Object[] stripes =
      IntStream.range(0, STRIPES).mapToObj(i -> new Object()).toArray();
  private final AtomicLong untilSpaceCheck = new AtomicLong();

  private ChunkStore(Path base, SyncLevel level, Reserve reserve) {
    this.base = base;
    this.direct = DIRECT.contains(fileSystem(base));
    this.directories = new ChunkDirectories(base.resolve(".chunks"));
    this.level = level;
    this.reserve = reserve;
  }

  /** Its kind; nothing where this process cannot see what is mounted there. */
  private static String fileSystem(Path base) {
    try {
      return Files.getFileStore(base).type();
    } catch (IOException unknown) {
      return "";
    }
  }

  /**
   * Makes {@code .chunks} with its 65,536 directories and {@code .lock}; the base is made when missing. After a failure
   * half a store is left, which is to be deleted before another try.
   *
   * @param progress told the number of chunk directories made so far
   * @throws FileAlreadyExistsException if the base holds a chunk store already
   */
  public static void create(Path base, IntConsumer progress) throws IOException {
    ChunkDirectories.create(base, progress);
  }

  /** @throws NoSuchFileException if there is no chunk store */
  public static ChunkStore open(Path base, SyncLevel level, Reserve reserve) throws IOException {
    FileStatus chunks = FileStatus.find(base.resolve(".chunks"));
    if (chunks == null) {
      throw new NoSuchFileException(
          base.toString(), null, "no datastore there: .chunks is missing; is it mounted?");
    }
    if (!chunks.isDirectory()) {
      throw new NotDirectoryException(base
          + "/.chunks must be a directory, and no symbolic link: flushing the datastore would miss"
          + " what lies on another file system");
    }
    return new ChunkStore(base, level, reserve);
  }

  /** The chunk's file, whether it exists or not. */
  public Path path(Digest digest) {
    return directories.of(digest).resolve(digest.toString());
  }

  /**
   * Stores a chunk by the rules of §2.6, or touches the one that is there.
   *
   * @param encoded the whole file, from position to limit, direct or heap; direct saves a copy, aligned to
   *     {@link Descriptor#BLOCK} most of the work. Not moved
   * @throws StoreFull if there is no room; nothing is left behind
   * @throws ChunkConflict if an encrypted chunk would have to replace another
   * @throws BadFormat if the bytes are no blob, or too many
   */
  public Insert insert(Digest digest, ByteBuffer encoded) throws IOException {
    int length = encoded.remaining();
    if (length > MAX_ENCODED) {
      throw new BadFormat(
          "chunk " + digest + " has " + length + " encoded bytes, more than " + MAX_ENCODED);
    }
    BlobKind kind = BlobKind.of(encoded);
    Path path = path(digest);
    synchronized (stripes[(int) (digest.d() & (STRIPES - 1))]) {
      FileStatus old = FileStatus.find(path);
      if (old != null && keeps(digest, path, old, kind, length) && FileTimes.touch(path)) {
        return new Insert(true, old.size());
      }
      write(digest, path, encoded.duplicate());
      return new Insert(false, length);
    }
  }

  /** §2.6: whether the old file stays. */
  private static boolean keeps(Digest digest, Path path, FileStatus old, BlobKind kind, int length)
      throws IOException {
    if (!old.isRegular()) {
      throw new BadFormat(path + " is no regular file: move it away, chunks are files");
    }
    if (old.size() == length) return true;
    if (old.size() == 0) return false;
    if (!kind.encrypted()) return old.size() < length;
    BlobKind oldKind = kindOf(digest, path);
    if (oldKind == null) return false; // gone meanwhile
    if (!oldKind.encrypted()) {
      throw new ChunkConflict(
          digest, "it is encrypted, the stored chunk of the same digest is not; verify the store");
    }
    if (!kind.compressed() && !oldKind.compressed()) {
      throw new ChunkConflict(
          digest,
          "it has " + length + " encrypted bytes, the stored one " + old.size()
              + "; verify the store");
    }
    return true;
  }

  private static @Nullable BlobKind kindOf(Digest digest, Path path) throws IOException {
    var header = ByteBuffer.allocate(MAGIC_READ);
    try (var file = Descriptor.openForReading(path)) {
      file.read(header, 0);
      return BlobKind.of(header.flip());
    } catch (NoSuchFileException gone) {
      return null;
    } catch (BadFormat damaged) {
      throw new ChunkConflict(
          digest, "the stored chunk of the same digest is damaged; verify the store");
    }
  }

  private void write(Digest digest, Path path, ByteBuffer encoded) throws IOException {
    requireReserve(digest, encoded.remaining());
    Descriptor file = createTemporary(digest);
    boolean done = false;
    try {
      try (file) {
        if (setMode) file.chmod(FILE_MODE);
        if (direct) file.writeDirect(encoded);
        else file.write(encoded);
        if (level == SyncLevel.FILE) file.fsync();
      }
      Rename.replace(file.path(), path);
      done = true;
      if (level == SyncLevel.FILE) directories.flush(digest);
    } catch (SystemCallFailed e) {
      if (e.isFull()) throw full(digest);
      throw e;
    } finally {
      if (!done) discard(file.path());
    }
  }

  private static void discard(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      // the first failure is told; this file goes with the other leftovers
    }
  }

  private Descriptor createTemporary(Digest digest) throws IOException {
    boolean made = false;
    while (true) {
      Path directory = directories.of(digest);
      try {
        return Descriptor.create(directory.resolve(TemporaryName.of(digest.toString())), FILE_MODE);
      } catch (NoSuchFileException noDirectory) {
        if (made) throw noDirectory;
        directories.make(digest);
        made = true;
      } catch (FileAlreadyExistsException taken) {
        // another name, then
      } catch (SystemCallFailed e) {
        if (e.isFull()) throw full(digest);
        throw e;
      }
    }
  }

  /** Asks the file system only once in a while. */
  private void requireReserve(Digest digest, int length) throws IOException {
    if (reserve.equals(Reserve.NONE) || untilSpaceCheck.addAndGet(-length) > 0) return;
    if (!reserve.isLeft(FileSystemSpace.of(base))) throw full(digest);
    untilSpaceCheck.set(SPACE_CHECK_BYTES);
  }

  private StoreFull full(Digest digest) throws IOException {
    FileSystemSpace space = FileSystemSpace.of(base);
    return new StoreFull(base, "chunk " + digest, space.availableBytes(), space.availableInodes());
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
   * @param into cleared, filled and flipped; direct saves a copy. With {@link #MAX_ENCODED} bytes it takes any chunk
   * @throws NoSuchFileException if there is no such chunk
   * @throws BadFormat if the file is bigger than the buffer
   */
  public void read(Digest digest, ByteBuffer into) throws IOException {
    into.clear();
    Path path = path(digest);
    try (var file = Descriptor.openForReading(path)) {
      read(file, into);
      if (!into.hasRemaining() && file.status().size() > into.capacity()) {
        throw tooBig(path, into.capacity());
      }
    }
    into.flip();
  }

  /**
   * Reads a chunk's file from its start, past the page cache where the store writes so too and the buffer has room for whole
   * blocks at the start of one ({@link Descriptor#BLOCK}).
   *
   * @return bytes read, less than there is room for only at the end of the file
   */
  public int read(Descriptor file, ByteBuffer into) throws IOException {
    return direct ? file.readDirect(into, 0) : file.read(into, 0);
  }

  /** As {@link #read(Digest, ByteBuffer)}, into a new array. */
  public byte[] read(Digest digest) throws IOException {
    Path path = path(digest);
    try (var file = Descriptor.openForReading(path)) {
      long size = file.status().size();
      if (size > MAX_ENCODED) throw tooBig(path, MAX_ENCODED);
      var bytes = ByteBuffer.allocate((int) size);
      if (file.read(bytes, 0) < size) {
        throw new BadFormat("chunk file " + path + " became shorter while it was read");
      }
      return bytes.array();
    }
  }

  private static BadFormat tooBig(Path path, int limit) {
    return new BadFormat(
        "chunk file " + path + " has more than " + limit + " bytes: no chunk, move it away");
  }

  /** All chunks, by prefix; to be closed. Those that come or go meanwhile may be missed. */
  public Stream<Digest> list() {
    return directories.files().filter(TemporaryName::isDigest).map(Digest::parse);
  }

  /**
   * Deletes chunk files that were being written when their writer died, ours or a PBS's. Those of a living one must
   * not go: it would fail its backup when it renames them.
   *
   * @param before files modified later stay: no later than the oldest writer lease and the last moment without a foreign
   *     writer, with an allowance for clocks
   * @return how many were deleted
   */
  public long removeLeftovers(Instant before) throws IOException {
    return directories.removeTemporary(before);
  }
}
