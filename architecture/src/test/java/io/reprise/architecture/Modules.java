package io.reprise.architecture;

import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.LocationProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The classes of every module of the build. */
final class Modules implements LocationProvider {
  /** Where the modules with code have their classes. */
  static List<Path> classes() throws IOException {
    try (var lines = Files.lines(Path.of("../pom.xml"))) {
      return lines
          .filter(line -> line.contains("<module>"))
          .map(line -> Path.of("..", line.replaceAll("</?module>", "").strip()))
          .filter(module -> Files.isDirectory(module.resolve("src/main/java")))
          .map(module -> module.resolve("target/classes"))
          .toList();
    }
  }

  @Override
  public Set<Location> get(Class<?> test) {
    try {
      return classes().stream()
          .filter(Files::isDirectory)
          .map(Location::of)
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
