package io.reprise.datastore.snapshot;

import io.reprise.datastore.os.FileStatus;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A snapshot is protected while it holds the file {@code .protected} (datastore.md §1.4). */
final class Protection {
  static final String FILE = ".protected";

  private Protection() {}

  /** False also if there is no such snapshot. @throws IOException if it cannot be told: then nothing may be removed */
  static boolean isSet(Path snapshot) throws IOException {
    return FileStatus.find(snapshot.resolve(FILE)) != null;
  }

  /** The caller holds the snapshot's exclusive lock. */
  static void set(Path snapshot, boolean protect) throws IOException {
    Path file = snapshot.resolve(FILE);
    if (!protect) {
      Files.deleteIfExists(file);
    } else {
      try {
        Files.createFile(file);
      } catch (FileAlreadyExistsException already) {
        return;
      }
    }
    AtomicFile.flushDirectory(snapshot);
  }
}
