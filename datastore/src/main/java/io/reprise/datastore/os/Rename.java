package io.reprise.datastore.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** {@code rename(2)}, which says what failed: a full directory, another file system. */
public final class Rename {
  private static final MethodHandle RENAME = Libc.function("rename", JAVA_INT, ADDRESS, ADDRESS);

  private Rename() {}

  /** In one step; what was called {@code to} is gone, unless it is a directory with something in it. */
  public static void replace(Path from, Path to) throws IOException {
    try (var arena = Arena.ofConfined()) {
      var state = arena.allocate(Libc.STATE);
      var old = Descriptor.name(arena, from);
      var name = Descriptor.name(arena, to);
      int result;
      do {
        result = (int) RENAME.invokeExact(state, old, name);
      } while (!Descriptor.check(result, state, "rename to " + to + ",", from));
    } catch (IOException e) {
      throw e;
    } catch (Throwable t) {
      throw Libc.impossible(t);
    }
  }
}
