package io.reprise.cli.terminal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/** The terminal of this process by isatty, ioctl and termios of the C library (Linux layout). */
final class Tty implements Terminal {
  private static final long TIOCGWINSZ = 0x5413;
  private static final int TERMIOS_BYTES = 60;
  private static final long LOCAL_FLAGS = 12;
  private static final long VTIME = 17 + 5;
  private static final long VMIN = 17 + 6;
  private static final int ISIG = 1;
  private static final int ICANON = 2;
  private static final int ECHO = 8;
  private static final int CTRL_C = 3;
  private static final int CTRL_D = 4;
  private static final int BACKSPACE = 8;
  private static final int TAB = 9;
  private static final int DELETE = 127;

  private final InputStream in = new FileInputStream(FileDescriptor.in);

  @Override
  public boolean stdinIsTerminal() {
    return isatty(0);
  }

  @Override
  public boolean stdoutIsTerminal() {
    return isatty(1);
  }

  @Override
  public boolean stderrIsTerminal() {
    return isatty(2);
  }

  @Override
  public int width() {
    for (int fd = 1; fd <= 2; fd++) {
      if (!isatty(fd)) continue;
      try (var arena = Arena.ofConfined()) {
        MemorySegment size = arena.allocate(8);
        if ((int) C.IOCTL.invokeExact(fd, TIOCGWINSZ, size) == 0) {
          int columns = size.get(JAVA_SHORT, 2) & 0xffff;
          if (columns > 0) return columns;
        }
      } catch (Throwable e) {
        throw unexpected(e);
      }
    }
    return Integer.MAX_VALUE;
  }

  @Override
  public String readSecret(String prompt) throws IOException {
    if (!stdinIsTerminal()) throw new IOException("no terminal to ask on");
    if (stdoutIsTerminal()) {
      // Not closed: standard output outlives the question.
      return readSecret(prompt, new FileOutputStream(FileDescriptor.out));
    }
    try (var tty = new FileOutputStream("/dev/tty")) {
      return readSecret(prompt, tty);
    }
  }

  private String readSecret(String prompt, OutputStream echo) throws IOException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment saved = arena.allocate(TERMIOS_BYTES);
      MemorySegment raw = arena.allocate(TERMIOS_BYTES);
      if ((int) C.TCGETATTR.invokeExact(0, saved) != 0) {
        throw new IOException("cannot read the settings of the terminal");
      }
      raw.copyFrom(saved);
      raw.set(JAVA_INT, LOCAL_FLAGS, saved.get(JAVA_INT, LOCAL_FLAGS) & ~(ISIG | ICANON | ECHO));
      raw.set(JAVA_BYTE, VMIN, (byte) 1);
      raw.set(JAVA_BYTE, VTIME, (byte) 0);
      set(raw);
      try {
        echo.write(prompt.getBytes(StandardCharsets.UTF_8));
        return secretLine(echo);
      } finally {
        set(saved);
        echo.write('\n');
      }
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static void set(MemorySegment settings) throws Throwable {
    if ((int) C.TCSETATTR.invokeExact(0, 0, settings) != 0) {
      throw new IOException("cannot change the settings of the terminal");
    }
  }

  private String secretLine(OutputStream echo) throws IOException {
    var typed = new ByteArrayOutputStream();
    boolean stars = true;
    while (true) {
      int c = in.read();
      switch (c) {
        case '\n', '\r' -> {
          return typed.toString(StandardCharsets.UTF_8);
        }
        case -1, CTRL_C, CTRL_D -> throw new IOException("cancelled");
        case TAB -> stars = false;
        case BACKSPACE, DELETE -> {
          String text = typed.toString(StandardCharsets.UTF_8);
          if (text.isEmpty()) break;
          typed.reset();
          typed.writeBytes(text.substring(0, text.offsetByCodePoints(text.length(), -1))
              .getBytes(StandardCharsets.UTF_8));
          if (stars) echo.write("\b \b".getBytes(StandardCharsets.US_ASCII));
        }
        default -> {
          typed.write(c);
          boolean continuation = (c & 0xc0) == 0x80;
          if (stars && !continuation) echo.write('*');
        }
      }
    }
  }

  @Override
  public String readLine() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) throw new EOFException("no answer");
      line.write(c);
    }
    return line.toString(StandardCharsets.UTF_8).strip();
  }

  private static boolean isatty(int fd) {
    try {
      return (int) C.ISATTY.invokeExact(fd) == 1;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static AssertionError unexpected(Throwable e) {
    return new AssertionError("a call into the C library failed", e);
  }

  /** Linked on first use only. */
  private static final class C {
    static final MethodHandle ISATTY = link("isatty", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    static final MethodHandle TCGETATTR =
        link("tcgetattr", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    static final MethodHandle TCSETATTR =
        link("tcsetattr", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    static final MethodHandle IOCTL = link(
        "ioctl",
        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
        Linker.Option.firstVariadicArg(2));

    private static MethodHandle link(
        String name, FunctionDescriptor type, Linker.Option... options) {
      var linker = Linker.nativeLinker();
      return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, options);
    }
  }
}
