package io.reprise.cli.command;

import io.reprise.cli.terminal.Surroundings;
import java.io.IOException;
import picocli.CommandLine;

/** One command: picocli fills its annotated fields, then it runs once. */
public interface Action {
  /**
   * @throws CommandFailed with a sentence for the user; the exit code is then 255
   * @throws IOException whose message is good enough for the user
   */
  void run(Surroundings at) throws CommandFailed, IOException, InterruptedException;

  /** Its options and arguments: those of its annotations, unless it makes them itself. */
  default CommandLine line() {
    return new CommandLine(this);
  }
}
