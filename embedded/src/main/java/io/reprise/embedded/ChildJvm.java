package io.reprise.embedded;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A Java program in a child process, its output in a log file. Its standard input is a pipe whose end tells it to stop, so it
 * stops with the process that started it, however that one ended. Ctrl-C and a closed terminal do not reach it: the parent
 * stops its children in order.
 */
public final class ChildJvm implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(120);
  static final Duration STOP = Duration.ofSeconds(30);
  private static final long LARGE_LOG = 16 << 20;
  private static final int LINES = 20;

  private final String name;
  private final Process process;
  private final Path log;

  private ChildJvm(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  static ChildJvm start(
      String name, List<String> arguments, Map<String, String> environment, Path log)
      throws IOException {
    // An ignored signal stays ignored behind exec, and the JVM leaves it so.
    var command =
        new ArrayList<String>(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    if (Files.exists(log) && Files.size(log) > LARGE_LOG) {
      Files.move(
          log,
          log.resolveSibling(log.getFileName() + ".1"),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.ATOMIC_MOVE);
    }
    var builder = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    return new ChildJvm(name, builder.start(), log);
  }

  public String name() {
    return name;
  }

  public long pid() {
    return process.pid();
  }

  public ProcessHandle handle() {
    return process.toHandle();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Completes with a sentence that tells how it ended, whoever ended it. */
  public CompletableFuture<String> ended() {
    return process.onExit().thenApply(gone -> name + " ended with status " + gone.exitValue());
  }

  /**
   * Waits until the file that the program writes when it serves stands, with at least a line, and returns its text.
   *
   * @throws IOException with the end of its log if it does not come up
   */
  public String await(Path ready) throws IOException {
    long deadline = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < deadline) {
      String text = Files.exists(ready) ? Files.readString(ready) : "";
      if (text.endsWith("\n")) return text.strip();
      if (hasEnded()) {
        throw new IOException(
            name + " ended with status " + process.exitValue() + " before it served" + seeLog());
      }
    }
    throw new IOException(name + " does not serve after " + START.toSeconds() + " s" + seeLog());
  }

  private boolean hasEnded() throws IOException {
    try {
      return process.waitFor(20, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + name + " starts");
    }
  }

  private String seeLog() throws IOException {
    return "; the end of its log, " + log + ":\n" + logTail();
  }

  /** The last lines of its log. */
  public String logTail() throws IOException {
    List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
  }

  /** SIGKILL: what a crash looks like to others. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Tells it to stop, and does not wait. */
  public void stop() {
    try {
      process.getOutputStream().close();
    } catch (IOException gone) {
      // its input is closed because it is gone
    }
  }

  /** Tells it to stop and waits; one that does not is killed. */
  @Override
  public void close() {
    close(STOP);
  }

  void close(Duration patience) {
    stop();
    try {
      if (process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kill();
  }
}
