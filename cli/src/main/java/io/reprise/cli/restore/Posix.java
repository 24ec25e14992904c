package io.reprise.cli.restore;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.reprise.datastore.os.Errno;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/**
 * The system calls of Linux that a restore needs and Java does not give: names as bytes, relative to an open directory, never
 * through a symbolic link. Failures are {@link CallFailed} with the errno.
 */
final class Posix {
  static final int O_WRONLY = 1;
  static final int O_CREAT = 0x40;
  static final int O_EXCL = 0x80;
  static final int O_TRUNC = 0x200;
  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
  static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
  static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
  private static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int SEEK_CUR = 1;
  private static final long UTIME_OMIT = (1L << 30) - 2;
  private static final long FS_IOC_GETFLAGS = 0x80086601L;
  private static final long FS_IOC_SETFLAGS = 0x40086602L;
  private static final long FS_IOC_FSGETXATTR = 0x801c581fL;
  private static final long FS_IOC_FSSETXATTR = 0x401c5820L;
  private static final long FSXATTR_BYTES = 28;
  private static final long FSXATTR_PROJECT = 12;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

  private static final MethodHandle OPENAT =
      variadic("openat", 3, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle CLOSE = function("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle WRITE =
      function("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle LSEEK =
      function("lseek", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle FTRUNCATE =
      function("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle MKDIRAT =
      function("mkdirat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle SYMLINKAT =
      function("symlinkat", JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
  private static final MethodHandle LINKAT =
      function("linkat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle MKNODAT =
      function("mknodat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG);
  private static final MethodHandle UNLINKAT =
      function("unlinkat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle FCHOWNAT =
      function("fchownat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle FCHMODAT =
      function("fchmodat", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle FCHOWN =
      function("fchown", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle FCHMOD = function("fchmod", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle UTIMENSAT =
      function("utimensat", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
  private static final MethodHandle FUTIMENS = function("futimens", JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle FSETXATTR =
      function("fsetxattr", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle LSETXATTR =
      function("lsetxattr", JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle IOCTL =
      variadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);

  private Posix() {}

  /** One system call; errno goes to the state given. */
  private interface Call {
    long run(MemorySegment state, Arena arena) throws Throwable;
  }

  private static long call(String name, String object, Call call) throws IOException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      while (true) {
        long result = call.run(state, arena);
        if (result >= 0) return result;
        int errno = (int) ERRNO.get(state, 0L);
        if (errno != Errno.EINTR) throw new CallFailed(name, object, errno);
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** An existing directory by its path, which the user gave: links are followed. */
  static int openDirectory(String path) throws IOException {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    return (int) call("open", path, (s, a) ->
        (int) OPENAT.invokeExact(s, AT_FDCWD, text(a, name), O_DIRECTORY | O_CLOEXEC, 0));
  }

  static int openDirectoryAt(int directory, byte[] name, String shown) throws IOException {
    return openAt(directory, name, O_DIRECTORY | O_NOFOLLOW, 0, shown);
  }

  /** Never waits, should there be a fifo. */
  static int openAt(int directory, byte[] name, int flags, int mode, String shown)
      throws IOException {
    return (int) call("open", shown, (s, a) -> (int)
        OPENAT.invokeExact(s, directory, text(a, name), flags | O_CLOEXEC | O_NONBLOCK, mode));
  }

  static void close(int fd) throws IOException {
    call("close", "descriptor", (s, a) -> (int) CLOSE.invokeExact(s, fd));
  }

  /** @param data direct memory */
  static void write(int fd, MemorySegment data, String shown) throws IOException {
    long done = 0;
    while (done < data.byteSize()) {
      MemorySegment rest = data.asSlice(done);
      done +=
          call("write", shown, (s, a) -> (long) WRITE.invokeExact(s, fd, rest, rest.byteSize()));
    }
  }

  /** Leaves a hole. */
  static void skip(int fd, long bytes, String shown) throws IOException {
    call("seek", shown, (s, a) -> (long) LSEEK.invokeExact(s, fd, bytes, SEEK_CUR));
  }

  static void truncate(int fd, long length, String shown) throws IOException {
    call("truncate", shown, (s, a) -> (int) FTRUNCATE.invokeExact(s, fd, length));
  }

  static void makeDirectory(int directory, byte[] name, int mode, String shown) throws IOException {
    call("mkdir", shown, (s, a) -> (int) MKDIRAT.invokeExact(s, directory, text(a, name), mode));
  }

  static void symlink(byte[] target, int directory, byte[] name, String shown) throws IOException {
    call("symlink", shown, (s, a) ->
        (int) SYMLINKAT.invokeExact(s, text(a, target), directory, text(a, name)));
  }

  /** A link to the thing itself, also if that is a symbolic link. */
  static void link(int from, byte[] target, int directory, byte[] name, String shown)
      throws IOException {
    call("link", shown, (s, a) ->
        (int) LINKAT.invokeExact(s, from, text(a, target), directory, text(a, name), 0));
  }

  /** @param mode type and permissions */
  static void makeNode(int directory, byte[] name, int mode, long major, long minor, String shown)
      throws IOException {
    long device =
        (minor & 0xff) | (major & 0xfff) << 8 | (minor & ~0xffL) << 12 | (major & ~0xfffL) << 32;
    call("mknod", shown, (s, a) ->
        (int) MKNODAT.invokeExact(s, directory, text(a, name), mode, device));
  }

  static void unlink(int directory, byte[] name, String shown) throws IOException {
    call("unlink", shown, (s, a) -> (int) UNLINKAT.invokeExact(s, directory, text(a, name), 0));
  }

  static void changeOwner(int directory, byte[] name, int uid, int gid, String shown)
      throws IOException {
    call("chown", shown, (s, a) ->
        (int) FCHOWNAT.invokeExact(s, directory, text(a, name), uid, gid, AT_SYMLINK_NOFOLLOW));
  }

  static void changeOwner(int fd, int uid, int gid, String shown) throws IOException {
    call("chown", shown, (s, a) -> (int) FCHOWN.invokeExact(s, fd, uid, gid));
  }

  /** Never for a symbolic link, which it would follow. */
  static void changeMode(int directory, byte[] name, int mode, String shown) throws IOException {
    call(
        "chmod", shown, (s, a) -> (int) FCHMODAT.invokeExact(s, directory, text(a, name), mode, 0));
  }

  static void changeMode(int fd, int mode, String shown) throws IOException {
    call("chmod", shown, (s, a) -> (int) FCHMOD.invokeExact(s, fd, mode));
  }

  static void modified(int directory, byte[] name, long seconds, long nanos, String shown)
      throws IOException {
    call("utimensat", shown, (s, a) -> (int) UTIMENSAT.invokeExact(
        s, directory, text(a, name), times(a, seconds, nanos), AT_SYMLINK_NOFOLLOW));
  }

  static void modified(int fd, long seconds, long nanos, String shown) throws IOException {
    call("futimens", shown, (s, a) -> (int) FUTIMENS.invokeExact(s, fd, times(a, seconds, nanos)));
  }

  private static MemorySegment times(Arena arena, long seconds, long nanos) {
    return arena.allocateFrom(JAVA_LONG, 0, UTIME_OMIT, seconds, nanos);
  }

  static void setAttribute(int fd, byte[] attribute, byte[] value, String shown)
      throws IOException {
    call("setxattr", shown, (s, a) -> (int)
        FSETXATTR.invokeExact(s, fd, text(a, attribute), bytes(a, value), (long) value.length, 0));
  }

  /** Of something that cannot be opened: a symbolic link, a device. */
  static void setAttribute(int directory, byte[] name, byte[] attribute, byte[] value, String shown)
      throws IOException {
    byte[] folder = ("/proc/self/fd/" + directory + "/").getBytes(StandardCharsets.US_ASCII);
    byte[] path = java.util.Arrays.copyOf(folder, folder.length + name.length);
    System.arraycopy(name, 0, path, folder.length, name.length);
    call("setxattr", shown, (s, a) -> (int) LSETXATTR.invokeExact(
        s, text(a, path), text(a, attribute), bytes(a, value), (long) value.length, 0));
  }

  /** Sets attribute flags (chattr) beside those that are there. */
  static void addFlags(int fd, int flags, String shown) throws IOException {
    call("ioctl", shown, (s, a) -> {
      MemorySegment value = a.allocate(JAVA_LONG);
      int result = (int) IOCTL.invokeExact(s, fd, FS_IOC_GETFLAGS, value);
      if (result < 0) return result;
      value.set(JAVA_INT, 0, value.get(JAVA_INT, 0) | flags);
      return (int) IOCTL.invokeExact(s, fd, FS_IOC_SETFLAGS, value);
    });
  }

  static void setProject(int fd, int project, String shown) throws IOException {
    call("ioctl", shown, (s, a) -> {
      MemorySegment value = a.allocate(FSXATTR_BYTES, JAVA_INT.byteAlignment());
      int result = (int) IOCTL.invokeExact(s, fd, FS_IOC_FSGETXATTR, value);
      if (result < 0) return result;
      value.set(JAVA_INT, FSXATTR_PROJECT, project);
      return (int) IOCTL.invokeExact(s, fd, FS_IOC_FSSETXATTR, value);
    });
  }

  private static MemorySegment text(Arena arena, byte[] text) {
    MemorySegment segment = arena.allocate(text.length + 1L); // zero at the end
    MemorySegment.copy(text, 0, segment, JAVA_BYTE, 0, text.length);
    return segment;
  }

  private static MemorySegment bytes(Arena arena, byte[] bytes) {
    MemorySegment segment = arena.allocate(Math.max(1, bytes.length));
    MemorySegment.copy(bytes, 0, segment, JAVA_BYTE, 0, bytes.length);
    return segment;
  }

  private static MethodHandle function(
      String name, MemoryLayout result, MemoryLayout... arguments) {
    return link(
        name, FunctionDescriptor.of(result, arguments), Linker.Option.captureCallState("errno"));
  }

  private static MethodHandle variadic(
      String name, int fixed, MemoryLayout result, MemoryLayout... arguments) {
    return link(
        name,
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(fixed));
  }

  private static MethodHandle link(String name, FunctionDescriptor type, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
  }
}
