package io.reprise.cli.inspect;

import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.terminal.Surroundings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;

/** Where decoded data goes: a new file, or standard output. */
final class Decoded {
  static final String STDOUT = "-";

  private Decoded() {}

  /** Close it; standard output stays open. @throws IOException if the file exists */
  static OutputStream open(Surroundings at, String target) throws IOException {
    return target.equals(STDOUT)
        ? new StandardOut(at)
        : Files.newOutputStream(
            at.path(target), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  static void write(Surroundings at, String target, byte[] content) throws IOException {
    try (var out = open(at, target)) {
      out.write(content);
    }
  }

  /** A format that would be mixed with the data is of no use. */
  static void notBoth(String target, boolean text) throws CommandFailed {
    if (target.equals(STDOUT) && !text) {
      throw new CommandFailed("--decode - and JSON would be mixed on standard output");
    }
  }

  private static final class StandardOut extends OutputStream {
    private final Surroundings at;

    StandardOut(Surroundings at) {
      this.at = at;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] data, int offset, int length) throws IOException {
      at.out().write(data, offset, length);
      if (at.out().checkError()) throw new IOException("standard output takes no more data");
    }
  }
}
