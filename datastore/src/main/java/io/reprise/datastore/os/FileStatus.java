package io.reprise.datastore.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What {@code statx} says of a file, asked of the file server, not of an attribute cache. The same structure on every
 * processor, unlike {@code stat}.
 *
 * @param device major and minor number of the file system
 * @param links hard links; 0 for a file that was unlinked while open
 * @param size bytes
 */
public record FileStatus(
    long device, long inode, int mode, int links, long size, Instant accessed, Instant modified) {
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int AT_STATX_FORCE_SYNC = 0x2000;
  private static final int BASIC = 0x7ff;
  private static final int TYPE = 0xf000;
  private static final long BYTES = 256;

  private static final MethodHandle STATX =
      Libc.function("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);

  /** Of the path itself, a symbolic link is not followed. @throws NoSuchFileException if there is nothing */
  public static FileStatus of(Path path) throws IOException {
    FileStatus status = find(path);
    if (status == null) throw new NoSuchFileException(path.toString());
    return status;
  }

  /** As {@link #of}; null if there is nothing, without the cost of an exception. */
  public static @Nullable FileStatus find(Path path) throws IOException {
    try (var arena = Arena.ofConfined()) {
      return call(
          arena,
          Descriptor.AT_FDCWD,
          Descriptor.name(arena, path),
          AT_SYMLINK_NOFOLLOW | AT_STATX_FORCE_SYNC,
          path);
    }
  }

  static FileStatus of(Descriptor descriptor) throws IOException {
    try (var arena = Arena.ofConfined()) {
      FileStatus status = call(
          arena,
          descriptor.fd(),
          arena.allocateFrom(""),
          AT_EMPTY_PATH | AT_STATX_FORCE_SYNC,
          descriptor.path());
      if (status == null) throw new NoSuchFileException(descriptor.path().toString());
      return status;
    }
  }

  private static @Nullable FileStatus call(
      Arena arena, int directory, MemorySegment name, int flags, Path path) throws IOException {
    try {
      var state = arena.allocate(Libc.STATE);
      var status = arena.allocate(BYTES, 8);
      while (true) {
        int result = (int) STATX.invokeExact(state, directory, name, flags, BASIC, status);
        if (result < 0 && Libc.errno(state) == Errno.ENOENT) return null;
        if (Descriptor.check(result, state, "statx", path)) return read(status);
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable t) {
      throw Libc.impossible(t);
    }
  }

  private static FileStatus read(MemorySegment s) {
    long device =
        ((long) s.get(JAVA_INT, 136) << 32) | Integer.toUnsignedLong(s.get(JAVA_INT, 140));
    return new FileStatus(
        device,
        s.get(JAVA_LONG, 32),
        Short.toUnsignedInt(s.get(JAVA_SHORT, 28)),
        s.get(JAVA_INT, 16),
        s.get(JAVA_LONG, 40),
        time(s, 64),
        time(s, 112));
  }

  private static Instant time(MemorySegment s, long offset) {
    return Instant.ofEpochSecond(s.get(JAVA_LONG, offset), s.get(JAVA_INT, offset + 8));
  }

  public boolean isRegular() {
    return (mode & TYPE) == 0x8000;
  }

  public boolean isDirectory() {
    return (mode & TYPE) == 0x4000;
  }

  /** True if both are the same file, whatever it is called now. */
  public boolean isSameFile(FileStatus other) {
    return inode == other.inode && device == other.device;
  }
}
