package io.reprise.datastore.snapshot;

import io.reprise.datastore.manifest.ArchiveName;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Deleting a snapshot's directory. */
final class Tree {
  private Tree() {}

  /** The manifest goes first, so no half of it is taken for a finished snapshot. Symbolic links are not followed. */
  static void delete(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve(ArchiveName.MANIFEST.text()));
    try {
      Files.walkFileTree(directory, new Delete());
    } catch (NoSuchFileException gone) {
      // all that was wanted
    }
  }

  private static final class Delete extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
        throws IOException {
      if (failure != null) throw failure;
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
