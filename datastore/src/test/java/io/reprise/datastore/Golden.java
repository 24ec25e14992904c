package io.reprise.datastore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Golden files: what our own code writes, committed where a fuzz test finds them as seeds
 * ({@code <FuzzTest>Inputs/<target>/<name>} beside the test's package in {@code src/test/resources}). They guard the bytes
 * where there is no fixture, and compare with the fixture where there is one.
 */
public final class Golden {
  private static final boolean WRITE = System.getenv("REPRISE_GOLDEN") != null;

  private Golden() {}

  /** The committed bytes. */
  public static byte[] read(Class<?> fuzzTest, String name) throws IOException {
    if (WRITE) return Files.readAllBytes(source(fuzzTest, name));
    try (var in = fuzzTest.getResourceAsStream(inputs(fuzzTest) + "/" + name)) {
      assertThat(in).as("golden file %s of %s", name, fuzzTest.getSimpleName()).isNotNull();
      return in.readAllBytes();
    }
  }

  /**
   * Fails unless the committed files are what was made now. With {@code REPRISE_GOLDEN} in the environment they are written
   * instead: look at the difference before you commit it.
   *
   * @param made by {@code <target>/<name>}
   */
  public static void check(Class<?> fuzzTest, Map<String, byte[]> made) throws IOException {
    for (var file : made.entrySet()) {
      if (WRITE) {
        Path path = source(fuzzTest, file.getKey());
        Files.createDirectories(path.getParent());
        Files.write(path, file.getValue());
      } else {
        assertThat(file.getValue()).as(file.getKey()).isEqualTo(read(fuzzTest, file.getKey()));
      }
    }
  }

  /** For bytes that another version of a library may write otherwise: the committed ones, for the caller to compare. */
  public static byte[] kept(Class<?> fuzzTest, String name, byte[] made) throws IOException {
    if (WRITE) check(fuzzTest, Map.of(name, made));
    return read(fuzzTest, name);
  }

  private static Path source(Class<?> fuzzTest, String name) {
    return Path.of(
        "src/test/resources", fuzzTest.getPackageName().replace('.', '/'), inputs(fuzzTest), name);
  }

  private static String inputs(Class<?> fuzzTest) {
    return fuzzTest.getSimpleName() + "Inputs";
  }

  /** Texts as seeds of a target that takes bytes. */
  public static Stream<byte[]> seeds(String... texts) {
    return Stream.of(texts).map(text -> text.getBytes(StandardCharsets.UTF_8));
  }
}
