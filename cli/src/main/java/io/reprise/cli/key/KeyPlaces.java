package io.reprise.cli.key;

import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.remote.Xdg;
import io.reprise.cli.terminal.Surroundings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where key files are read and written. */
final class KeyPlaces {
  static final String KEY = "encryption-key.json";
  static final String MASTER = "master-public.pem";

  private KeyPlaces() {}

  /** The path given, or an existing default file. */
  static Path existing(Surroundings at, @Nullable String path, String name) throws CommandFailed {
    if (path != null) return at.path(path);
    Path found = Xdg.findConfig(at, name);
    if (found == null) {
      throw new CommandFailed(
          "no path given, and there is no default file " + Xdg.config(at, name));
    }
    return found;
  }

  /** A new file with mode 0600; never overwrites. */
  static void writeNew(Path file, byte[] content) throws CommandFailed, IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    try (var channel = Files.newByteChannel(
        file,
        Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) channel.write(bytes);
    } catch (FileAlreadyExistsException e) {
      throw new CommandFailed(file + " exists already: a key is never overwritten", e);
    }
  }
}
