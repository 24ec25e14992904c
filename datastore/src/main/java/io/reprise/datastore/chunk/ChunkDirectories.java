package io.reprise.datastore.chunk;

import io.reprise.datastore.Digest;
import io.reprise.datastore.os.Descriptor;
import io.reprise.datastore.os.FileStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** {@code .chunks} and the 65,536 directories in it, named by the first two bytes of the digests (datastore.md §1.1). */
final class ChunkDirectories {
  private static final int COUNT = 65_536;
  private static final FileAttribute<Set<PosixFilePermission>> MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---"));

  private final Path chunks;

  ChunkDirectories(Path chunks) {
    this.chunks = chunks;
  }

  static void create(Path base, IntConsumer progress) throws IOException {
    Files.createDirectories(base);
    Path chunks = base.resolve(".chunks");
    try {
      Files.createDirectory(chunks, MODE);
    } catch (FileAlreadyExistsException e) {
      throw new FileAlreadyExistsException(
          chunks.toString(), null, "there is a datastore already; add it instead of creating it");
    }
    Descriptor.openOrCreate(base.resolve(".lock"), 0644).close();
    for (int i = 0; i < COUNT; i++) {
      Files.createDirectory(chunks.resolve(name(i)), MODE);
      progress.accept(i + 1);
    }
  }

  private static String name(int prefix) {
    return HexFormat.of().toHexDigits((short) prefix);
  }

  Path of(Digest digest) {
    return chunks.resolve(digest.prefix());
  }

  /** Stores that were copied may lack empty directories. */
  void make(Digest digest) throws IOException {
    if (!Files.isDirectory(chunks)) {
      throw new NoSuchFileException(chunks.toString(), null, "is the datastore mounted?");
    }
    try {
      Files.createDirectory(of(digest), MODE);
    } catch (FileAlreadyExistsException madeMeanwhile) {
      return;
    }
    try (var parent = Descriptor.openDirectory(chunks)) {
      parent.fsync();
    }
  }

  void flush(Digest digest) throws IOException {
    try (var directory = Descriptor.openDirectory(of(digest))) {
      directory.fsync();
    }
  }

  /** The names of all files, one directory after the other. */
  Stream<String> files() {
    return IntStream.range(0, COUNT)
        .mapToObj(prefix -> chunks.resolve(name(prefix)))
        .flatMap(directory -> entries(directory).stream())
        .map(Path::getFileName)
        .map(Path::toString);
  }

  private static List<Path> entries(Path directory) {
    var entries = new ArrayList<Path>();
    try (var stream = Files.newDirectoryStream(directory)) {
      stream.forEach(entries::add);
    } catch (NoSuchFileException missing) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw new UncheckedIOException(e.getCause());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return entries;
  }

  long removeTemporary(Instant before) throws IOException {
    long removed = 0;
    for (int prefix = 0; prefix < COUNT; prefix++) {
      try (var stream = Files.newDirectoryStream(chunks.resolve(name(prefix)), "*.tmp_*")) {
        for (Path file : stream) {
          if (TemporaryName.isChunk(file.getFileName().toString()) && isOlder(file, before)) {
            if (Files.deleteIfExists(file)) removed++;
          }
        }
      } catch (NoSuchFileException missing) {
        continue;
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
    }
    return removed;
  }

  private static boolean isOlder(Path file, Instant before) throws IOException {
    FileStatus status = FileStatus.find(file);
    return status != null && status.isRegular() && status.modified().isBefore(before);
  }
}
