package io.reprise.datastore.chunk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether files of this process come with the permissions asked for, so that no call is spent on setting them. */
final class Umask {
  private static final String KEY = "Umask:";

  private Umask() {}

  /** True if a new file does not get all of the mode's bits, or if that cannot be told. */
  static boolean takesFrom(int mode) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith(KEY)) {
          return (Integer.parseInt(line.substring(KEY.length()).strip(), 8) & mode) != 0;
        }
      }
    } catch (IOException | NumberFormatException unknown) {
      // no /proc: ask for the mode each time
    }
    return true;
  }
}
