package io.reprise.platform.access;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The system's libcrypt: yescrypt and every older form that PBS's files may hold (config.md §5). */
final class Crypt {
  private static final String LIBRARY = "libcrypt.so.1";

  /** Size of libcrypt's {@code struct crypt_data}; fixed by its interface. */
  private static final int DATA_BYTES = 32_768;

  private Crypt() {}

  private static final class Library {
    static final MethodHandle CRYPT_RN = load();

    private static MethodHandle load() {
      SymbolLookup library;
      try {
        library = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
      } catch (IllegalArgumentException missing) {
        throw new IllegalStateException(
            "passwords cannot be checked: " + LIBRARY
                + " is missing. Install libcrypt1 (Debian) or libxcrypt-compat" + " (Fedora)",
            missing);
      }
      return Linker.nativeLinker()
          .downcallHandle(
              library.findOrThrow("crypt_rn"),
              FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT));
    }
  }

  /**
   * @param secret at most 511 bytes without a zero byte
   * @param setting algorithm, cost and salt, or a whole hash
   * @return the hash; null if libcrypt refuses the setting
   */
  static @Nullable String hash(byte[] secret, String setting) {
    try (var arena = Arena.ofConfined()) {
      MemorySegment phrase = arena.allocate(secret.length + 1L);
      MemorySegment.copy(MemorySegment.ofArray(secret), 0, phrase, 0, secret.length);
      MemorySegment data = arena.allocate(DATA_BYTES, 16);
      var result = (MemorySegment)
          Library.CRYPT_RN.invokeExact(phrase, arena.allocateFrom(setting), data, DATA_BYTES);
      phrase.fill((byte) 0);
      if (result.address() == 0) return null;
      String hash = result.reinterpret(DATA_BYTES).getString(0, StandardCharsets.US_ASCII);
      data.fill((byte) 0);
      return hash.startsWith("*") ? null : hash;
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a downcall throws nothing of its own", e);
    }
  }
}
