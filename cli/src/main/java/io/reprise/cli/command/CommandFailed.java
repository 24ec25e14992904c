package io.reprise.cli.command;

/** A command cannot do what was asked; the message says what was wrong and what to do. */
public final class CommandFailed extends Exception {
  public CommandFailed(String message) {
    super(message);
  }

  public CommandFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
