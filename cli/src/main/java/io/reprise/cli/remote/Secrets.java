package io.reprise.cli.remote;

import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.command.ShellWords;
import io.reprise.cli.command.UsageError;
import io.reprise.cli.terminal.Surroundings;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Secrets from the environment: the variable itself, then {@code _FD}, {@code _FILE}, {@code _CMD}; the first that is
 * set decides, even if it is empty or fails. Only the first line counts (cli.md §1.2).
 */
public final class Secrets {
  private static final int MAX_BYTES = 64 << 10;

  private Secrets() {}

  /** @return null if none of the four variables is set */
  public static @Nullable String find(Surroundings at, String name)
      throws CommandFailed, IOException, InterruptedException {
    String value = at.variable(name);
    if (value != null) return firstLine(value);
    String descriptor = at.variable(name + "_FD");
    if (descriptor != null) {
      if (!descriptor.matches("[0-9]{1,9}")) {
        throw new CommandFailed(name + "_FD: '" + descriptor + "' is no file descriptor");
      }
      return firstLine(
          new String(readDescriptor(Integer.parseInt(descriptor)), StandardCharsets.UTF_8));
    }
    String file = at.variable(name + "_FILE");
    if (file != null) {
      try (var in = new FileInputStream(at.path(file).toFile())) {
        return firstLine(read(in));
      } catch (IOException e) {
        throw new CommandFailed(name + "_FILE: " + e.getMessage(), e);
      }
    }
    String command = at.variable(name + "_CMD");
    return command == null ? null : run(name + "_CMD", command);
  }

  /** Everything that comes from an inherited file descriptor, at most 64 KiB. */
  public static byte[] readDescriptor(int descriptor) throws IOException {
    try (var in = new FileInputStream("/dev/fd/" + descriptor)) {
      if (isLibrary(descriptor)) throw new IOException("it is not open");
      return in.readNBytes(MAX_BYTES);
    } catch (IOException e) {
      throw new IOException("cannot read file descriptor " + descriptor + ": " + e.getMessage(), e);
    }
  }

  /** Whether the JVM opened it for its classes: then nobody passed it on. */
  private static boolean isLibrary(int descriptor) throws IOException {
    Path file = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor));
    return file.startsWith(System.getProperty("java.home")) || file.toString().endsWith(".jar");
  }

  private static String run(String name, String command)
      throws CommandFailed, IOException, InterruptedException {
    List<String> words;
    try {
      words = ShellWords.split(command);
    } catch (UsageError e) {
      throw new CommandFailed(name + ": " + e.getMessage(), e);
    }
    if (words.isEmpty()) throw new CommandFailed(name + " is empty");
    Process process =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.getOutputStream().close();
    String output;
    try (var in = process.getInputStream()) {
      output = read(in);
    }
    int code = process.waitFor();
    if (code != 0) {
      throw new CommandFailed(name + ": '" + words.get(0) + "' ended with code " + code);
    }
    return firstLine(output);
  }

  private static String read(InputStream in) throws IOException {
    return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    String line = end < 0 ? text : text.substring(0, end);
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }
}
