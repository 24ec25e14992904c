package io.reprise.platform.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.json.Json;
import io.reprise.platform.config.FileMutex;
import io.reprise.platform.config.Replace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;

/** The files {@code jobstates/<type>-<name>.json}: when a job was made or ran last (config.md §6). */
public final class JobStates {
  private static final int MODE = 0644;

  private final Path directory;
  private final Clock clock;

  /** @param state the directory that all services share */
  public JobStates(Path state) throws IOException {
    this(state, Clock.systemUTC());
  }

  JobStates(Path state, Clock clock) throws IOException {
    this.directory = Files.createDirectories(state.resolve("jobstates"));
    this.clock = clock;
  }

  /** Remembers that a job was made now, so that its first run is the next one of its schedule. */
  public void created(JobType type, String name) throws IOException {
    try (var mutex = FileMutex.exclusive(file(type, name, ".lck"))) {
      var state = Json.object();
      state.putObject("created").put("time", clock.instant().getEpochSecond());
      Replace.file(file(type, name, ".json"), Json.compact(state), MODE);
    }
  }

  /** Remembers that a schedule was changed now; a job that runs is left alone, as its end comes later anyway. */
  public void rescheduled(JobType type, String name) throws IOException {
    try (var mutex = FileMutex.tryExclusive(file(type, name, ".lck"))) {
      if (mutex == null) return;
      Path file = file(type, name, ".json");
      long now = clock.instant().getEpochSecond();
      ObjectNode state;
      try {
        state = Json.parseObject(Files.readAllBytes(file), file.toString());
      } catch (NoSuchFileException never) {
        state = Json.object();
      }
      if (state.get("finished") instanceof ObjectNode finished) finished.put("updated", now);
      else state = Json.object().set("created", Json.object().put("time", now));
      Replace.file(file, Json.compact(state), MODE);
    }
  }

  /** Forgets a job that is no more. */
  public void removed(JobType type, String name) throws IOException {
    Files.deleteIfExists(file(type, name, ".json"));
    Files.deleteIfExists(file(type, name, ".lck"));
  }

  private Path file(JobType type, String name, String extension) {
    return directory.resolve(type + "-" + SafeId.check("job", name, 1, 64) + extension);
  }
}
