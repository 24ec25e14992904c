package io.reprise.datastore.lock;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How this process names itself to others in lock files. */
final class ThisProcess {
  private ThisProcess() {}

  /** {@code process 4711 on pve-backup1}. */
  static String describe() {
    return "process " + ProcessHandle.current().pid() + " on " + host();
  }

  private static String host() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return "an unnamed host";
    }
  }
}
