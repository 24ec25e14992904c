package io.reprise.datastore;

import io.reprise.datastore.os.Descriptor;
import io.reprise.datastore.os.Flock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A second process that takes locks as a PBS does: {@code flock} on directories and files, and record locks of the kind
 * {@code F_SETLK} on whole files, which is what {@link FileChannel#tryLock} takes. Can be killed as the kernel kills.
 */
public final class OtherProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;

  private OtherProcess(Process process) {
    this.process = process;
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  public static OtherProcess start() throws IOException {
    return new OtherProcess(java(OtherProcess.class, List.of()).start());
  }

  /** This Java with this class path, its errors among ours. */
  public static ProcessBuilder java(Class<?> main, List<String> arguments) {
    var command = new ArrayList<String>();
    Optional<String> java = ProcessHandle.current().info().command();
    command.add(java.orElseGet(
        () -> Path.of(System.getProperty("java.home"), "bin/java").toString()));
    command.addAll(List.of(
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx256m",
        "-cp",
        System.getProperty("java.class.path"),
        main.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  /** False if somebody holds one that conflicts. It is kept until {@link #release} or the process's end. */
  public boolean flock(Path path, boolean shared) throws IOException {
    return ask((shared ? "flock-shared " : "flock ") + path).equals("yes");
  }

  /** A record lock on the whole file, as a PBS's on {@code .lock}. False if somebody holds one that conflicts. */
  public boolean recordLock(Path file, boolean shared) throws IOException {
    return ask((shared ? "record-shared " : "record ") + file).equals("yes");
  }

  /** Gives all locks back. */
  public void release() throws IOException {
    ask("release");
  }

  private String ask(String question) throws IOException {
    process.getOutputStream().write((question + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    String answer = answers.readLine();
    if (answer == null) throw new IOException("the other process ended at: " + question);
    if (answer.startsWith("failed")) throw new IOException(answer);
    return answer;
  }

  /** SIGKILL; it is gone when this returns. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }

  public static void main(String[] none) throws IOException {
    var held = new ArrayList<AutoCloseable>();
    var questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String question; (question = questions.readLine()) != null; ) {
      System.out.println(answer(question, held));
    }
  }

  private static String answer(String question, List<AutoCloseable> held) {
    String path = question.substring(question.indexOf(' ') + 1);
    try {
      return switch (question.substring(0, question.length() - path.length()).strip()) {
        case "flock" -> flock(Path.of(path), false, held);
        case "flock-shared" -> flock(Path.of(path), true, held);
        case "record" -> record(Path.of(path), false, held);
        case "record-shared" -> record(Path.of(path), true, held);
        default -> {
          for (AutoCloseable lock : held) lock.close();
          held.clear();
          yield "yes";
        }
      };
    } catch (Exception e) {
      return "failed: " + e;
    }
  }

  private static String flock(Path path, boolean shared, List<AutoCloseable> held)
      throws IOException {
    Descriptor descriptor = Files.isDirectory(path)
        ? Descriptor.openDirectory(path)
        : Descriptor.openOrCreate(path, 0660);
    held.add(descriptor);
    return Flock.tryLock(descriptor, shared) ? "yes" : "no";
  }

  private static String record(Path path, boolean shared, List<AutoCloseable> held)
      throws IOException {
    var channel = FileChannel.open(
        path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    held.add(channel);
    return channel.tryLock(0, Long.MAX_VALUE, shared) == null ? "no" : "yes";
  }
}
