package io.reprise.cli.backup;

import io.reprise.cli.command.CommandFailed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small file that goes into one blob (cli.md §5); the protocol has room for 16 MiB, and none for nothing at all. */
public final class BlobFile {
  static final int MAX_BYTES = 16 << 20;

  private BlobFile() {}

  /** @throws CommandFailed if it is empty or too large */
  public static byte[] read(Path file) throws CommandFailed, IOException {
    try (var in = Files.newInputStream(file)) {
      return read(in, file.toString());
    }
  }

  /** @param name for the message */
  static byte[] read(InputStream in, String name) throws CommandFailed, IOException {
    byte[] content = in.readNBytes(MAX_BYTES + 1);
    check(name, content.length);
    return content;
  }

  static void check(String name, long bytes) throws CommandFailed {
    if (bytes == 0) throw new CommandFailed(name + " is empty: there is nothing to store");
    if (bytes > MAX_BYTES) {
      throw new CommandFailed(
          name + " has more than 16 MiB, the most that fits in a blob: back it up"
              + " as an image (name.img)");
    }
  }
}
