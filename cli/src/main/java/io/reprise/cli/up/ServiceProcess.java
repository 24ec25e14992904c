package io.reprise.cli.up;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A service in a child process of its own, its output in a log file. */
final class ServiceProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(120);
  private static final Duration STOP = Duration.ofSeconds(30);
  private static final int LINES = 20;

  private final String name;
  private final Process process;
  private final Path log;

  private ServiceProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * @param jar a Quarkus application's {@code quarkus-run.jar}
   * @param settings system properties of the service; never secrets, as every user of the host sees them
   * @param environment what must not be seen on a command line
   */
  static ServiceProcess start(
      String name,
      Path jar,
      Map<String, String> settings,
      Map<String, String> environment,
      Path log)
      throws IOException {
    if (Files.notExists(jar)) {
      throw new IOException(
          name + " is not built: " + jar + " is missing; run ./reprise from the checkout");
    }
    var command = new ArrayList<String>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(jvmOptions());
    settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.add("-jar");
    command.add(jar.toString());
    var builder = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    return new ServiceProcess(name, builder.start(), log);
  }

  /** Waits until the file that the service writes when it serves stands, and returns its text. */
  String awaitFile(Path ready) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < deadline) {
      if (Files.exists(ready)) {
        return Files.readString(ready).strip();
      }
      if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
        throw new IOException(name + " ended with status " + process.exitValue() + "; its log, "
            + log + ":\n" + tail());
      }
    }
    throw new IOException(
        name + " is not ready after " + START.toSeconds() + " s; its log, " + log + ":\n" + tail());
  }

  long pid() {
    return process.pid();
  }

  /** Asks it to stop and waits; a service that does not is killed. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }

  /** Completes when the process has ended, whoever ended it. */
  Process process() {
    return process;
  }

  String tail() throws IOException {
    List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
  }

  /** {@code REPRISE_JAVA_OPTS}, for those who want another heap. */
  private static List<String> jvmOptions() {
    String given = System.getenv("REPRISE_JAVA_OPTS");
    return given == null || given.isBlank() ? List.of() : List.of(given.strip().split("\\s+"));
  }
}
