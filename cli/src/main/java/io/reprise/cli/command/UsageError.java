package io.reprise.cli.command;

/** The words or options of the command line are wrong: shown together with the usage of the command. */
public final class UsageError extends RuntimeException {
  public UsageError(String message) {
    super(message, null, false, false);
  }
}
