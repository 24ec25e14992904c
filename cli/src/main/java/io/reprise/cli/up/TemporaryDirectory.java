package io.reprise.cli.up;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** A directory of one command; closing deletes it with all that is in it. */
public record TemporaryDirectory(Path path) implements AutoCloseable {
  public static TemporaryDirectory in(Path parent, String prefix) throws IOException {
    return new TemporaryDirectory(Files.createTempDirectory(parent, prefix));
  }

  @Override
  public void close() throws IOException {
    try (var entries = Files.walk(path)) {
      for (Path entry : (Iterable<Path>) entries.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(entry);
      }
    }
  }
}
