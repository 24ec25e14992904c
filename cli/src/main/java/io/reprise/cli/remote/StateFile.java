package io.reprise.cli.remote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Small files of the user, replaced in one step so that another program never reads half of one. */
public final class StateFile {
  private StateFile() {}

  /** Writes with mode 0600, making the directory (0700) when missing. */
  public static void replace(Path file, byte[] content) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null) throw new IOException("no directory for " + file);
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path temporary = create(directory, file);
    try {
      Files.write(temporary, content, StandardOpenOption.WRITE);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
  }

  private static Path create(Path directory, Path file) throws IOException {
    return Files.createTempFile(
        directory,
        file.getFileName() + ".tmp_",
        "",
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }
}
