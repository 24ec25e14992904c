package io.reprise.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A parent: starts a {@link WaitingProgram}, writes down its process id, and waits to be killed. */
final class ParentProgram {
  private ParentProgram() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    try (var children = new Children()) {
      var child = children.start(
          "child",
          WaitingProgram.arguments(directory.resolve("ready"), directory.resolve("stopped")),
          Map.of(),
          directory.resolve("log"));
      child.await(directory.resolve("ready"));
      Path pid = Files.writeString(directory.resolve("pid.tmp"), Long.toString(child.pid()));
      Files.move(pid, directory.resolve("pid"));
      Thread.sleep(Long.MAX_VALUE);
    }
  }
}
