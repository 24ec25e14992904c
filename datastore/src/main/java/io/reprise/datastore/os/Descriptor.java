package io.reprise.datastore.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.Charset;
import java.nio.file.Path;

/**
 * An open file or directory of this process: what {@link java.nio.channels.FileChannel} does not give, a descriptor of a
 * directory, and one that is nobody else's, so that its locks are its own.
 *
 * <p>One thread at a time, except that {@link #close} may be called by any thread once no other call is under way. The
 * calls block in native code and hold the carrier of a virtual thread meanwhile.
 */
public final class Descriptor implements AutoCloseable {
  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
  static final int O_WRONLY = 1;
  static final int O_RDWR = 2;
  static final int O_CREAT = 0x40;
  static final int O_EXCL = 0x80;
  static final int O_NONBLOCK = 0x800;
  static final int O_CLOEXEC = 0x80000; // a child process must not keep our locks alive
  static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
  static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
  private static final int O_DIRECT = ARM ? 0x10000 : 0x4000;
  private static final int F_SETFL = 4;

  /** What memory, offset and length of direct I/O are multiples of; no device here asks for more. */
  public static final int BLOCK = 4096;

  static final int AT_FDCWD = -100;
  private static final int SEEK_DATA = 3;
  private static final int COPY = 262_144;
  private static final Charset NAMES =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

  static final MethodHandle FCNTL =
      Libc.variadic("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle OPEN =
      Libc.variadic("open", 2, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle CLOSE = Libc.function("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle FSYNC = Libc.function("fsync", JAVA_INT, JAVA_INT);
  private static final MethodHandle SYNCFS = Libc.function("syncfs", JAVA_INT, JAVA_INT);
  private static final MethodHandle FCHMOD = Libc.function("fchmod", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle FTRUNCATE =
      Libc.function("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle WRITE =
      Libc.function("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle LSEEK =
      Libc.function("lseek", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle PREAD =
      Libc.function("pread", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);

  private final Path path;
  private int fd;

  private Descriptor(Path path, int fd) {
    this.path = path;
    this.fd = fd;
  }

  /** An existing directory, for locking and flushing; a symbolic link in its place is refused. */
  public static Descriptor openDirectory(Path directory) throws IOException {
    return open(directory, O_DIRECTORY | O_NOFOLLOW, 0);
  }

  /** As {@link #openDirectory}, and the last component may be a symbolic link: for a datastore's base. */
  public static Descriptor openBase(Path directory) throws IOException {
    return open(directory, O_DIRECTORY, 0);
  }

  /** An existing file for reading, not through a symbolic link; a pipe in its place is not waited for. */
  public static Descriptor openForReading(Path file) throws IOException {
    return open(file, O_NOFOLLOW | O_NONBLOCK, 0);
  }

  /** A file for reading and writing, not through a symbolic link; made with the mode if missing, else as it is. */
  public static Descriptor openOrCreate(Path file, int mode) throws IOException {
    return open(file, O_RDWR | O_CREAT | O_NOFOLLOW, mode);
  }

  /** A new file for reading and writing. @throws java.nio.file.FileAlreadyExistsException if there is one */
  public static Descriptor create(Path file, int mode) throws IOException {
    return open(file, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
  }

  private static Descriptor open(Path path, int flags, int mode) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(Libc.STATE);
      var name = name(arena, path);
      while (true) {
        int fd = (int) OPEN.invokeExact(state, name, flags | O_CLOEXEC, mode);
        if (fd >= 0) return new Descriptor(path, fd);
        check(-1, state, "open", path);
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable t) {
      throw Libc.impossible(t);
    }
  }

  static MemorySegment name(Arena arena, Path path) {
    return arena.allocateFrom(path.toString(), NAMES);
  }

  /** The path it was opened by; it may have been renamed since. */
  public Path path() {
    return path;
  }

  int fd() throws ClosedChannelException {
    if (fd < 0) throw new ClosedChannelException();
    return fd;
  }

  /**
   * As {@link #write}, past the page cache where memory and position are multiples of {@link #BLOCK}: less work for the
   * processor, and what others read stays cached. What is left of a block at the end, and all of it where the file system
   * refuses, is written as usual.
   */
  public void writeDirect(ByteBuffer data) throws IOException {
    int blocks = data.remaining() & -BLOCK;
    if (blocks > 0 && beginDirect(data)) {
      int end = data.limit();
      data.limit(data.position() + blocks);
      try {
        write(data);
      } catch (SystemCallFailed e) {
        if (e.errno() != Errno.EINVAL) throw e;
      } finally {
        data.limit(end);
      }
      endDirect();
    }
    write(data);
  }

  /**
   * As {@link #read}, past the page cache if memory, offset and room in the buffer are multiples of {@link #BLOCK} and the
   * file system allows it.
   */
  public int readDirect(ByteBuffer into, long offset) throws IOException {
    int start = into.position();
    if (into.remaining() % BLOCK == 0 && offset % BLOCK == 0 && beginDirect(into)) {
      try {
        // the end of the file need not be one of a block, and whoever reads on from there is
        // refused
        read(into, offset, 1);
      } catch (SystemCallFailed e) {
        if (e.errno() != Errno.EINVAL) throw e;
      }
      endDirect();
    }
    int direct = into.position() - start;
    return direct + read(into, offset + direct);
  }

  private boolean beginDirect(ByteBuffer memory) throws IOException {
    return memory.isDirect()
        && MemorySegment.ofBuffer(memory).address() % BLOCK == 0
        && trySetFlags(O_DIRECT);
  }

  private void endDirect() throws IOException {
    if (!trySetFlags(0)) throw new IOException(path + " cannot leave direct I/O");
  }

  private boolean trySetFlags(int flags) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(Libc.STATE);
      int result = (int) FCNTL.invokeExact(state, fd(), F_SETFL, MemorySegment.ofAddress(flags));
      if (result < 0 && Libc.errno(state) == Errno.EINVAL) return false;
      return check(result, state, "fcntl", path);
    } catch (IOException e) {
      throw e;
    } catch (Throwable t) {
      throw Libc.impossible(t);
    }
  }

  /** Writes what remains in the buffer, direct or heap, at the descriptor's position; the buffer is consumed. */
  public void write(ByteBuffer data) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(Libc.STATE);
      var copy = data.isDirect()
          ? MemorySegment.NULL
          : arena.allocate(Math.max(1, Math.min(COPY, data.remaining())));
      while (data.hasRemaining()) {
        var source = MemorySegment.ofBuffer(data);
        if (!data.isDirect()) {
          long length = Math.min(copy.byteSize(), source.byteSize());
          source = copy.asSlice(0, length).copyFrom(source.asSlice(0, length));
        }
        long written = (long) WRITE.invokeExact(state, fd(), source, source.byteSize());
        if (check(written, state, "write", path)) data.position(data.position() + (int) written);
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable t) {
      throw Libc.impossible(t);
    }
  }

  /**
   * Reads from the offset until the buffer is full or the file ends.
   *
   * @return bytes read, less than asked for only at the end of the file
   */
  public int read(ByteBuffer into, long offset) throws IOException {
    return read(into, offset, Integer.MAX_VALUE);
  }

  /** @param calls after so many it is enough, even if neither the buffer is full nor the file over */
  private int read(ByteBuffer into, long offset, int calls) throws IOException {
    int start = into.position();
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(Libc.STATE);
      var copy = into.isDirect()
          ? MemorySegment.NULL
          : arena.allocate(Math.max(1, Math.min(COPY, into.remaining())));
      for (int call = 0; into.hasRemaining() && call < calls; ) {
        var rest = MemorySegment.ofBuffer(into);
        var target =
            into.isDirect() ? rest : copy.asSlice(0, Math.min(copy.byteSize(), rest.byteSize()));
        long at = offset + into.position() - start;
        long read = (long) PREAD.invokeExact(state, fd(), target, target.byteSize(), at);
        if (!check(read, state, "read", path)) continue;
        if (read == 0) break;
        if (!into.isDirect()) rest.copyFrom(target.asSlice(0, read));
        into.position(into.position() + (int) read);
        call++;
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable t) {
      throw Libc.impossible(t);
    }
    return into.position() - start;
  }

  /**
   * Where data begins at or behind an offset: everything up to there is a hole, which reads as zeros. The offset itself where
   * nothing knows of holes (block devices, some file systems).
   *
   * @return −1 if there is only hole up to the end of the file
   */
  public long nextData(long offset) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(Libc.STATE);
      while (true) {
        long result = (long) LSEEK.invokeExact(state, fd(), offset, SEEK_DATA);
        if (result < 0 && Libc.errno(state) == Errno.ENXIO) return -1;
        if (result < 0 && Libc.errno(state) == Errno.EINVAL) return offset;
        if (check(result, state, "seek data in", path)) return result;
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable t) {
      throw Libc.impossible(t);
    }
  }

  /** The file's content and metadata, or the directory's entries, are on the disk when this returns. */
  public void fsync() throws IOException {
    call(FSYNC, "fsync");
  }

  /**
   * Everything written to the file system of this descriptor is on the disk when this returns.
   *
   * @throws SystemCallFailed also for a write that failed in the background since the descriptor was opened, which only
   *     a descriptor opened before that write is told
   */
  public void syncfs() throws IOException {
    call(SYNCFS, "syncfs");
  }

  /** Sets the permission bits, whatever the umask. */
  public void chmod(int mode) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(Libc.STATE);
      int result;
      do {
        result = (int) FCHMOD.invokeExact(state, fd(), mode);
      } while (!check(result, state, "fchmod", path));
    } catch (IOException e) {
      throw e;
    } catch (Throwable t) {
      throw Libc.impossible(t);
    }
  }

  public void truncate(long length) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(Libc.STATE);
      int result;
      do {
        result = (int) FTRUNCATE.invokeExact(state, fd(), length);
      } while (!check(result, state, "ftruncate", path));
    } catch (IOException e) {
      throw e;
    } catch (Throwable t) {
      throw Libc.impossible(t);
    }
  }

  public FileStatus status() throws IOException {
    return FileStatus.of(this);
  }

  /**
   * Gives the descriptor and every lock on it back. Never twice, so it never hits a stranger's.
   *
   * @throws IOException if the file server reports only now that a write failed (NFS)
   */
  @Override
  public void close() throws IOException {
    if (fd < 0) return;
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(Libc.STATE);
      int closing = fd;
      fd = -1;
      int result = (int) CLOSE.invokeExact(state, closing);
      if (result < 0 && Libc.errno(state) != Errno.EINTR) check(result, state, "close", path);
    } catch (IOException e) {
      throw e;
    } catch (Throwable t) {
      throw Libc.impossible(t);
    }
  }

  private void call(MethodHandle function, String name) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(Libc.STATE);
      int result;
      do {
        result = (int) function.invokeExact(state, fd());
      } while (!check(result, state, name, path));
    } catch (IOException e) {
      throw e;
    } catch (Throwable t) {
      throw Libc.impossible(t);
    }
  }

  /** @return false if a signal interrupted the call, which is then to be made again */
  static boolean check(long result, MemorySegment state, String call, Object object)
      throws IOException {
    if (result >= 0) return true;
    int errno = Libc.errno(state);
    if (errno == Errno.EINTR) return false;
    throw SystemCallFailed.of(call, object, errno);
  }
}
