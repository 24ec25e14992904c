package io.reprise.cli.remote;

import io.reprise.cli.terminal.Surroundings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** PBS's files in the directories of the XDG specification, shared with its own client (cli.md §1.3 to §1.5). */
public final class Xdg {
  private static final String FOLDER = "proxmox-backup";

  private Xdg() {}

  /** Where a configuration file of the user is written. */
  public static Path config(Surroundings at, String name) {
    return home(at, "XDG_CONFIG_HOME", ".config").resolve(FOLDER).resolve(name);
  }

  /** An existing configuration file, the user's own before the system's; null if there is none. */
  public static @Nullable Path findConfig(Surroundings at, String name) {
    var candidates = new ArrayList<Path>(List.of(config(at, name)));
    String directories = at.variable("XDG_CONFIG_DIRS");
    for (String directory :
        (directories == null || directories.isEmpty() ? "/etc/xdg" : directories).split(":")) {
      if (directory.startsWith("/")) candidates.add(Path.of(directory, FOLDER, name));
    }
    return candidates.stream().filter(Files::exists).findFirst().orElse(null);
  }

  public static Path cache(Surroundings at, String name) {
    return home(at, "XDG_CACHE_HOME", ".cache").resolve(FOLDER).resolve(name);
  }

  /** Null without {@code XDG_RUNTIME_DIR} (cron, su): then nothing is kept. */
  static @Nullable Path runtime(Surroundings at, String name) {
    String directory = at.variable("XDG_RUNTIME_DIR");
    return directory == null || !directory.startsWith("/")
        ? null
        : Path.of(directory, FOLDER, name);
  }

  private static Path home(Surroundings at, String variable, String below) {
    String directory = at.variable(variable);
    if (directory != null && directory.startsWith("/")) return Path.of(directory);
    String home = at.variable("HOME");
    return Path.of(
        home != null && home.startsWith("/") ? home : System.getProperty("user.home"), below);
  }
}
