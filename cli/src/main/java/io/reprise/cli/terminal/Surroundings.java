package io.reprise.cli.terminal;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything a command sees of the world around it, so that a test can give it another. */
public final class Surroundings {
  private final Map<String, String> environment;
  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;
  private final Terminal terminal;
  private final Messages messages;
  private final ZoneId zone;
  private final Path directory;

  /** @param directory against which relative paths are resolved */
  public Surroundings(
      Map<String, String> environment,
      InputStream in,
      OutputStream out,
      OutputStream err,
      Terminal terminal,
      ZoneId zone,
      Path directory) {
    this.environment = Map.copyOf(environment);
    this.in = in;
    this.out = new PrintStream(out, false, StandardCharsets.UTF_8);
    this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
    this.terminal = terminal;
    this.zone = zone;
    this.directory = directory;
    messages = new Messages(this.err, Messages.level(environment.get("PBS_LOG")));
  }

  /** Those of this process. */
  public static Surroundings ofProcess() {
    return new Surroundings(
        System.getenv(),
        new FileInputStream(FileDescriptor.in),
        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
        new FileOutputStream(FileDescriptor.err),
        new Tty(),
        ZoneId.systemDefault(),
        Path.of("").toAbsolutePath());
  }

  /**
   * The same machine and user, but nobody to ask and nobody who listens; secrets that are used up by reading, or need a
   * program that might ask, are not there.
   */
  public Surroundings unattended() {
    var variables = new HashMap<>(environment);
    variables.keySet().removeIf(name -> name.endsWith("_FD") || name.endsWith("_CMD"));
    return new Surroundings(
        variables,
        InputStream.nullInputStream(),
        OutputStream.nullOutputStream(),
        OutputStream.nullOutputStream(),
        new NoTerminal(),
        zone,
        directory);
  }

  /** @return null if the variable is not set; an empty value is a value */
  public @Nullable String variable(String name) {
    return environment.get(name);
  }

  public InputStream in() {
    return in;
  }

  /** Data: tables, JSON, file contents. Takes bytes as well as text. */
  public PrintStream out() {
    return out;
  }

  /** For what is neither data nor a message, such as the usage after an error. */
  public PrintStream err() {
    return err;
  }

  public Messages messages() {
    return messages;
  }

  public Terminal terminal() {
    return terminal;
  }

  public ZoneId zone() {
    return zone;
  }

  /** This host's name. */
  public static String hostName() throws IOException {
    Path kernel = Path.of("/proc/sys/kernel/hostname");
    return Files.exists(kernel)
        ? Files.readString(kernel).strip()
        : InetAddress.getLocalHost().getHostName();
  }

  public Path path(String text) {
    return directory.resolve(text);
  }

  /** True if the locale's character set is UTF-8, as the C library would decide (LC_ALL, LC_CTYPE, LANG). */
  public boolean unicode() {
    for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      String value = environment.get(name);
      if (value != null && !value.isEmpty()) {
        String lower = value.toLowerCase(Locale.ROOT);
        return lower.contains("utf-8") || lower.contains("utf8");
      }
    }
    return false;
  }

  public void flush() {
    out.flush();
    err.flush();
  }
}
