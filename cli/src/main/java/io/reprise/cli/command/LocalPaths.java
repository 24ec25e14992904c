package io.reprise.cli.command;

import io.reprise.cli.terminal.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Files of this machine as candidates of a completion. */
public final class LocalPaths {
  private static final int MOST = 1_000;

  private LocalPaths() {}

  /** @return what goes on from the begun path; directories end in a slash */
  public static List<String> completing(Surroundings at, String begun, boolean directoriesOnly) {
    String directory = begun.substring(0, begun.lastIndexOf('/') + 1);
    String start = begun.substring(directory.length());
    var found = new ArrayList<String>();
    try (var entries = Files.newDirectoryStream(at.path(directory))) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (!name.startsWith(start) || (name.startsWith(".") && !start.startsWith("."))) continue;
        boolean isDirectory = Files.isDirectory(entry);
        if (isDirectory || !directoriesOnly) {
          found.add(directory + name + (isDirectory ? "/" : ""));
        }
        if (found.size() == MOST) break;
      }
    } catch (IOException | InvalidPathException nothingThere) {
      return List.of();
    }
    return found;
  }
}
