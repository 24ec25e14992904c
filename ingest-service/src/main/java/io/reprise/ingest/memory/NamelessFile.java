package io.reprise.ingest.memory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Files in place of memory: the system keeps in memory what it likes, and nothing is left when the process is gone. */
public final class NamelessFile {
  private NamelessFile() {}

  /** An empty file for reading and writing. @param directory on a disk */
  public static FileChannel open(Path directory) throws IOException {
    Path path = Files.createTempFile(directory, "memory-", null);
    try {
      return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } finally {
      Files.delete(path);
    }
  }
}
