package io.reprise.datastore.os;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Open file description locks ({@code fcntl F_OFD_*}) on byte ranges. Unlike {@link java.nio.channels.FileLock} they
 * belong to their descriptor: closing another one of the same file does not drop them, and two in one process exclude
 * each other. They conflict with the record locks of other programs, and work across hosts on NFS and CephFS.
 */
public final class RecordLock {
  private static final int F_OFD_GETLK = 36;
  private static final int F_OFD_SETLK = 37;
  private static final short F_RDLCK = 0;
  private static final short F_WRLCK = 1;
  private static final short F_UNLCK = 2;
  private static final long FLOCK_BYTES = 32; // l_type, l_whence, l_start at 8, l_len at 16, l_pid

  /** What others hold in a range. */
  public enum Holder {
    NOBODY,
    /** One or more hold it shared. */
    SHARED,
    EXCLUSIVE
  }

  private RecordLock() {}

  /**
   * Takes the lock or changes its kind, at once or not at all; the change from one kind to the other is atomic.
   *
   * @param length bytes from {@code start}; 0 means to the end, however long the file grows
   * @return false if another descriptor, of this or any process, holds one that conflicts
   */
  public static boolean tryLock(Descriptor descriptor, long start, long length, boolean shared)
      throws IOException {
    try (var arena = Arena.ofConfined()) {
      var lock = range(arena, shared ? F_RDLCK : F_WRLCK, start, length);
      return call(arena, descriptor, F_OFD_SETLK, lock);
    }
  }

  /** Gives the lock on the range up; it also ends when the descriptor is closed. */
  public static void unlock(Descriptor descriptor, long start, long length) throws IOException {
    try (var arena = Arena.ofConfined()) {
      call(arena, descriptor, F_OFD_SETLK, range(arena, F_UNLCK, start, length));
    }
  }

  /** Asks who would be in the way of an exclusive lock, without taking one; the descriptor's own do not count. */
  public static Holder holder(Descriptor descriptor, long start, long length) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var lock = range(arena, F_WRLCK, start, length);
      if (!call(arena, descriptor, F_OFD_GETLK, lock)) return Holder.EXCLUSIVE;
      return switch (lock.get(JAVA_SHORT, 0)) {
        case F_UNLCK -> Holder.NOBODY;
        case F_RDLCK -> Holder.SHARED;
        default -> Holder.EXCLUSIVE;
      };
    }
  }

  private static MemorySegment range(Arena arena, short type, long start, long length) {
    var lock =
        arena.allocate(FLOCK_BYTES, 8); // l_whence 0: from the start; l_pid 0 as OFD locks want it
    lock.set(JAVA_SHORT, 0, type);
    lock.set(JAVA_LONG, 8, start);
    lock.set(JAVA_LONG, 16, length);
    return lock;
  }

  private static boolean call(Arena arena, Descriptor descriptor, int command, MemorySegment lock)
      throws IOException {
    try {
      var state = arena.allocate(Libc.STATE);
      while (true) {
        int result = (int) Descriptor.FCNTL.invokeExact(state, descriptor.fd(), command, lock);
        if (result < 0
            && (Libc.errno(state) == Errno.EAGAIN || Libc.errno(state) == Errno.EACCES)) {
          return false;
        }
        if (Descriptor.check(result, state, "fcntl lock", descriptor.path())) return true;
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable t) {
      throw Libc.impossible(t);
    }
  }
}
