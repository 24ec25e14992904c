package io.reprise.datastore.snapshot;

import io.reprise.datastore.chunk.TemporaryName;
import io.reprise.datastore.os.Descriptor;
import io.reprise.datastore.os.Rename;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writing small files so that readers see the old content or the new, never half (datastore.md §1.4, §1.5). */
final class AtomicFile {
  private static final int MODE = 0644;

  private AtomicFile() {}

  /** @param flush content and name are on the disk when this returns */
  static void replace(Path target, ByteBuffer content, boolean flush) throws IOException {
    Path temporary = writeTemporary(target, content, flush);
    boolean done = false;
    try {
      Rename.replace(temporary, target);
      done = true;
    } finally {
      if (!done) Files.deleteIfExists(temporary);
    }
    if (flush) flushDirectory(directory(target));
  }

  /** A whole file beside the target, to be renamed to it or deleted. */
  static Path writeTemporary(Path target, ByteBuffer content, boolean flush) throws IOException {
    Descriptor file = createTemporary(target);
    boolean done = false;
    try (file) {
      file.chmod(MODE);
      file.write(content.duplicate());
      if (flush) file.fsync();
      done = true;
    } finally {
      if (!done) Files.deleteIfExists(file.path());
    }
    return file.path();
  }

  private static Descriptor createTemporary(Path target) throws IOException {
    String stem = stem(target.getFileName().toString());
    while (true) {
      try {
        return Descriptor.create(target.resolveSibling(TemporaryName.of(stem)), MODE);
      } catch (FileAlreadyExistsException taken) {
        // another name, then
      }
    }
  }

  /** Without the last extension; a leading dot begins none. */
  static String stem(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  static void flushDirectory(Path directory) throws IOException {
    try (var descriptor = Descriptor.openDirectory(directory)) {
      descriptor.fsync();
    }
  }

  private static Path directory(Path file) {
    Path parent = file.getParent();
    return parent == null ? Path.of("") : parent;
  }
}
