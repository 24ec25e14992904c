package io.reprise.datastore.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * Space of a file system by {@code statvfs}, in bytes and in inodes (which {@link java.nio.file.FileStore} lacks).
 *
 * @param availableBytes for a process that is not root
 * @param totalInodes 0 on file systems that make inodes as they are needed
 */
public record FileSystemSpace(
    long totalBytes, long freeBytes, long availableBytes, long totalInodes, long availableInodes) {
  private static final long BYTES = 112;

  private static final MethodHandle STATVFS = Libc.function("statvfs", JAVA_INT, ADDRESS, ADDRESS);

  /** Of the file system that holds the path. */
  public static FileSystemSpace of(Path path) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(Libc.STATE);
      var s = arena.allocate(BYTES, 8);
      var name = Descriptor.name(arena, path);
      int result;
      do {
        result = (int) STATVFS.invokeExact(state, name, s);
      } while (!Descriptor.check(result, state, "statvfs", path));
      long block = s.get(JAVA_LONG, 8); // f_frsize
      return new FileSystemSpace(
          s.get(JAVA_LONG, 16) * block,
          s.get(JAVA_LONG, 24) * block,
          s.get(JAVA_LONG, 32) * block,
          s.get(JAVA_LONG, 40),
          s.get(JAVA_LONG, 56));
    } catch (IOException e) {
      throw e;
    } catch (Throwable t) {
      throw Libc.impossible(t);
    }
  }

  public long usedBytes() {
    return totalBytes - freeBytes;
  }

  /** False where inodes are made as needed and can not run out on their own. */
  public boolean limitsInodes() {
    return totalInodes > 0;
  }
}
