package io.reprise.cli.command;

import io.reprise.cli.terminal.Surroundings;
import java.io.IOException;

/** One command: picocli fills its annotated fields, then it runs once. */
public interface Action {
  /**
   * @throws CommandFailed with a sentence for the user; the exit code is then 255
   * @throws IOException whose message is good enough for the user
   */
  void run(Surroundings at) throws CommandFailed, IOException, InterruptedException;
}
