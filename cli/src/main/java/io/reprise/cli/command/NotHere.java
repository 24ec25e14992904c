package io.reprise.cli.command;

import io.reprise.cli.terminal.Surroundings;
import picocli.CommandLine.Command;

/** A word that users of PBS know and that does nothing here yet: it says so, whatever stands behind it. */
@Command
public final class NotHere implements Action {
  private final String sentence;

  /** @param sentence what is missing and what to use instead */
  public NotHere(String sentence) {
    this.sentence = sentence;
  }

  @Override
  public void run(Surroundings at) throws CommandFailed {
    throw new CommandFailed(sentence);
  }
}
