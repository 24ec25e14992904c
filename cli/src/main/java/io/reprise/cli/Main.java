package io.reprise.cli;

import io.reprise.cli.command.CommandRunner;
import io.reprise.cli.terminal.Surroundings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs one command and ends with its exit code: 0, or 255 after any error. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), Surroundings.ofProcess()));
  }

  /** The whole command in given surroundings; what tests call. */
  static int run(List<String> arguments, Surroundings at) {
    return new CommandRunner("reprise", version(), Commands.all()).run(arguments, at);
  }

  /** Version of the jar; {@code development} when run from class files. */
  public static String version() {
    @Nullable String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
