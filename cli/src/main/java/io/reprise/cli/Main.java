package io.reprise.cli;

import io.reprise.cli.command.CommandRunner;
import io.reprise.cli.terminal.Surroundings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs one command and ends with its exit code: 0, or 255 after any error. */
public final class Main {
  /** What bash passes behind it may look like options; the line that is typed is in the environment. */
  static final String BASH_COMPLETE = "bashcomplete";

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), Surroundings.ofProcess()));
  }

  /** The whole command in given surroundings; what tests call. */
  static int run(List<String> arguments, Surroundings at) {
    boolean completes = !arguments.isEmpty() && arguments.getFirst().equals(BASH_COMPLETE);
    return new CommandRunner("reprise", version(), Commands.all())
        .run(completes ? List.of(BASH_COMPLETE) : arguments, at);
  }

  /** Version of the jar; {@code development} when run from class files. */
  public static String version() {
    @Nullable String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
