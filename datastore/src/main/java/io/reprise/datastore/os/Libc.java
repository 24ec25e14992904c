package io.reprise.datastore.os;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.stream.Stream;

/** How the classes of this package reach the C library. Every call captures errno into a segment given first. */
final class Libc {
  /** Holds errno of one call; each caller brings its own, calls of several threads never share one. */
  static final StructLayout STATE = Linker.Option.captureStateLayout();

  private static final VarHandle ERRNO = STATE.varHandle(groupElement("errno"));

  private Libc() {}

  static int errno(MemorySegment state) {
    return (int) ERRNO.get(state, 0L);
  }

  /** A function of the C library that returns {@code result} and sets errno. */
  static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
    return link(name, FunctionDescriptor.of(result, arguments));
  }

  /** A function with {@code ...} behind its first {@code fixed} arguments. */
  static MethodHandle variadic(
      String name, int fixed, MemoryLayout result, MemoryLayout... arguments) {
    return link(
        name, FunctionDescriptor.of(result, arguments), Linker.Option.firstVariadicArg(fixed));
  }

  private static MethodHandle link(
      String name, FunctionDescriptor descriptor, Linker.Option... more) {
    Linker linker = Linker.nativeLinker();
    var options = Stream.concat(
            Stream.of(Linker.Option.captureCallState("errno")), Arrays.stream(more))
        .toArray(Linker.Option[]::new);
    try {
      return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
    } catch (IllegalCallerException refused) {
      throw new IllegalStateException(NativeAccess.explanation(), refused);
    }
  }

  /** What {@code invokeExact} declares and these calls never throw. */
  static AssertionError impossible(Throwable t) {
    if (t instanceof Error error) throw error;
    if (t instanceof RuntimeException runtime) throw runtime;
    return new AssertionError(t);
  }
}
