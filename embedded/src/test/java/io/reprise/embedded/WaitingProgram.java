package io.reprise.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A child: writes its first file when it serves, and its second when it was told to stop. */
final class WaitingProgram {
  private WaitingProgram() {}

  public static void main(String[] arguments) throws Exception {
    Files.writeString(Path.of(arguments[0]), "serves\n");
    while (System.in.read() >= 0) {}
    Files.writeString(Path.of(arguments[1]), "stopped\n");
  }

  static List<String> arguments(Path ready, Path stopped) {
    return List.of(
        "-cp",
        System.getProperty("java.class.path"),
        WaitingProgram.class.getName(),
        ready.toString(),
        stopped.toString());
  }
}
