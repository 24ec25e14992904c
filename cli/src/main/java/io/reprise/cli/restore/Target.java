package io.reprise.cli.restore;

import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.os.FileStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a restore goes, looked at before any connection. */
sealed interface Target {
  record StandardOut() implements Target {}

  /** @param exists true if it may be and is to be overwritten */
  record File(Path path, boolean exists) implements Target {}

  record Device(Path path) implements Target {}

  record Directory(Path path) implements Target {}

  String STDOUT = "-";
  int TYPE = 0xf000;
  int BLOCK_DEVICE = 0x6000;

  /** @throws CommandFailed if there is something that must not be overwritten */
  static Target ofFile(Surroundings at, String text, boolean overwrite)
      throws CommandFailed, IOException {
    if (text.equals(STDOUT)) return new StandardOut();
    Path path = at.path(text);
    if (Files.notExists(path)) return new File(path, false);
    if ((FileStatus.of(path.toRealPath()).mode() & TYPE) == BLOCK_DEVICE) return new Device(path);
    if (!Files.isRegularFile(path)) {
      throw new CommandFailed(text + " is neither a regular file nor a block device");
    }
    if (!overwrite) throw new CommandFailed(text + " exists already; --overwrite replaces it");
    return new File(path, true);
  }

  static Target ofTree(Surroundings at, String text) {
    return text.equals(STDOUT) ? new StandardOut() : new Directory(at.path(text));
  }
}
