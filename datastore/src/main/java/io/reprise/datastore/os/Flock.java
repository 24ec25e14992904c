package io.reprise.datastore.os;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;

/** {@code flock(2)}: the lock that PBS takes on directories (datastore.md §11.2). It ends when the descriptor is closed. */
public final class Flock {
  private static final int SHARED = 1;
  private static final int EXCLUSIVE = 2;
  private static final int NON_BLOCKING = 4;

  private static final MethodHandle FLOCK = Libc.function("flock", JAVA_INT, JAVA_INT, JAVA_INT);

  private Flock() {}

  /**
   * Takes the lock or changes its kind, without waiting. A change gives the old one up first, so it may lose it.
   *
   * @return false if another descriptor, of this or any process, holds one that conflicts
   */
  public static boolean tryLock(Descriptor descriptor, boolean shared) throws IOException {
    int operation = (shared ? SHARED : EXCLUSIVE) | NON_BLOCKING;
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(Libc.STATE);
      while (true) {
        int result = (int) FLOCK.invokeExact(state, descriptor.fd(), operation);
        if (result < 0 && Libc.errno(state) == Errno.EAGAIN) return false;
        if (Descriptor.check(result, state, "flock", descriptor.path())) return true;
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable t) {
      throw Libc.impossible(t);
    }
  }
}
