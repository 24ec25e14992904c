package io.reprise.cli.terminal;

import java.io.IOException;

/** Nobody to ask. */
final class NoTerminal implements Terminal {
  @Override
  public boolean stdinIsTerminal() {
    return false;
  }

  @Override
  public boolean stdoutIsTerminal() {
    return false;
  }

  @Override
  public boolean stderrIsTerminal() {
    return false;
  }

  @Override
  public int width() {
    return Integer.MAX_VALUE;
  }

  @Override
  public String readSecret(String prompt) throws IOException {
    throw new IOException("no terminal to ask on");
  }

  @Override
  public String readLine() throws IOException {
    throw new IOException("no terminal to ask on");
  }
}
