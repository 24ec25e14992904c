package io.reprise.gc.verify;

import io.reprise.datastore.Digest;
import io.reprise.datastore.chunk.ChunkStore;
import io.reprise.datastore.os.FileStatus;
import io.reprise.datastore.os.Rename;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sets corrupt chunks aside as {@code <digest>.<n>.bad} (datastore.md §9.2), so that the next backup writes them again. */
final class BadChunks {
  private static final int NAMES = 10;

  private BadChunks() {}

  /**
   * @param inode of the file that was found corrupt; another one that has taken its place meanwhile stays
   * @param teller told of the name that it will have, before it has it: if this process dies in between, the chunk is found
   *     and told once more, never not at all
   * @return where it is now; null if it was gone, or replaced
   */
  static @Nullable Path setAside(
      ChunkStore chunks, Digest digest, long inode, Consumer<Path> teller) throws IOException {
    Path path = chunks.path(digest);
    FileStatus now = FileStatus.find(path);
    if (now == null || now.inode() != inode) return null;
    Path aside = free(path);
    teller.accept(aside);
    try {
      Rename.replace(path, aside);
    } catch (NoSuchFileException gone) {
      return null;
    }
    FileStatus moved = FileStatus.find(aside);
    if (moved != null && moved.inode() != inode) {
      putBack(path, aside);
      return null;
    }
    return aside;
  }

  /** The first name that is not taken, else the last. */
  private static Path free(Path path) throws IOException {
    Path aside = path;
    for (int n = 0; n < NAMES; n++) {
      aside = path.resolveSibling(path.getFileName() + "." + n + ".bad");
      if (FileStatus.find(aside) == null) return aside;
    }
    return aside;
  }

  /** A backup wrote the chunk again in the moment before the renaming. */
  private static void putBack(Path path, Path aside) throws IOException {
    try {
      Files.createLink(path, aside);
    } catch (FileAlreadyExistsException writtenOnceMore) {
      // then that one stays
    }
    Files.deleteIfExists(aside);
  }
}
