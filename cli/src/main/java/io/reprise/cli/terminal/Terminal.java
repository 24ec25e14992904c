package io.reprise.cli.terminal;

import java.io.IOException;

/** The three standard streams as a terminal, if they are one; replaced in tests. */
public interface Terminal {
  boolean stdinIsTerminal();

  boolean stdoutIsTerminal();

  boolean stderrIsTerminal();

  /** Columns of the terminal behind stdout or stderr; {@link Integer#MAX_VALUE} if there is none. */
  int width();

  /**
   * Asks for a secret on stdout, or on {@code /dev/tty} when stdout is no terminal (cli.md §1.3): each character echoes
   * as {@code *}, Tab turns that off, Ctrl-C cancels.
   *
   * @throws IOException if stdin is no terminal or the user cancelled
   */
  String readSecret(String prompt) throws IOException;

  /** One line from stdin, without line end. @throws IOException at the end of input */
  String readLine() throws IOException;
}
