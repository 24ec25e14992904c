package io.reprise.cli.up;

import io.reprise.embedded.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The children of the command that had a data directory before. They stop by themselves when it is killed; whoever comes next
 * waits for that, as two services or brokers cannot have the same ports and files.
 */
final class Predecessor {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Predecessor() {}

  /** Writes down who runs: a process id and its start in milliseconds a line. */
  static void record(Path file, List<ChildJvm> children) throws IOException {
    Files.write(
        file,
        children.stream()
            .map(child -> child.pid() + " " + started(child.handle()).toEpochMilli())
            .toList());
  }

  /** Waits for the end of those that were written down; who does not end in a minute is killed. */
  static void awaitEnd(Path file, Consumer<String> tell) throws IOException, InterruptedException {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (NoSuchFileException first) {
      return;
    }
    for (String line : lines) {
      String[] words = line.split(" ", 2);
      var handle = ProcessHandle.of(Long.parseLong(words[0])).orElse(null);
      if (handle == null || started(handle).toEpochMilli() != Long.parseLong(words[1])) continue;
      tell.accept("process " + words[0] + " of an earlier run is stopping: waiting for it");
      await(handle);
    }
  }

  private static void await(ProcessHandle handle) throws InterruptedException {
    try {
      handle.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException stuck) {
      handle.destroyForcibly();
      handle.onExit().join();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Instant started(ProcessHandle handle) {
    return handle.info().startInstant().orElse(Instant.EPOCH);
  }
}
