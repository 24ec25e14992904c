package io.reprise.cli.restore;

import io.reprise.cli.terminal.Surroundings;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/** Data to standard output; unlike a {@link PrintStream} it says when nobody takes it. */
final class StandardOutput extends OutputStream {
  private final PrintStream out;

  StandardOutput(Surroundings at) {
    out = at.out();
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] data, int offset, int length) throws IOException {
    out.write(data, offset, length);
    if (out.checkError()) { // flushes
      throw new IOException("standard output takes no more data: closed, or its disk is full");
    }
  }
}
