package io.reprise.datastore.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** Setting times to the file server's now (datastore.md §7.3), so that clocks of hosts do not matter. */
public final class FileTimes {
  private static final long UTIME_NOW = (1L << 30) - 1;
  private static final long UTIME_OMIT = (1L << 30) - 2;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;

  private static final MethodHandle UTIMENSAT =
      Libc.function("utimensat", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);

  private FileTimes() {}

  /**
   * Access time becomes now, modification time stays; a symbolic link is not followed.
   *
   * @return false if there is no such file
   */
  public static boolean touch(Path file) throws IOException {
    return set(file, UTIME_NOW, UTIME_OMIT);
  }

  /** Modification time becomes now. @return false if there is no such file */
  public static boolean stamp(Path file) throws IOException {
    return set(file, UTIME_OMIT, UTIME_NOW);
  }

  private static boolean set(Path file, long accessed, long modified) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(Libc.STATE);
      var times = arena.allocate(JAVA_LONG, 4); // two of (seconds, nanoseconds)
      times.setAtIndex(JAVA_LONG, 1, accessed);
      times.setAtIndex(JAVA_LONG, 3, modified);
      var name = Descriptor.name(arena, file);
      while (true) {
        int result = (int)
            UTIMENSAT.invokeExact(state, Descriptor.AT_FDCWD, name, times, AT_SYMLINK_NOFOLLOW);
        if (result < 0 && Libc.errno(state) == Errno.ENOENT) return false;
        if (Descriptor.check(result, state, "utimensat", file)) return true;
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable t) {
      throw Libc.impossible(t);
    }
  }
}
