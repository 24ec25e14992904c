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
import org.jspecify.annotations.Nullable;

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

  /**
   * What is remembered; readers take no lock.
   *
   * @throws io.reprise.datastore.BadFormat naming the file, if it cannot be understood
   */
  public LastRun last(JobType type, String name) throws IOException {
    Path file = file(type, name, ".json");
    try {
      return LastRun.parse(Files.readAllBytes(file), file.toString());
    } catch (NoSuchFileException never) {
      return new LastRun.Never();
    }
  }

  /** PBS's lock of a run, held from before its task begins until after it ends. @return null if somebody runs it */
  @Nullable
  FileMutex tryLock(JobType type, String name) throws IOException {
    return FileMutex.tryExclusive(file(type, name, ".lck"));
  }

  /** The caller holds the lock. */
  void put(JobType type, String name, LastRun run) throws IOException {
    ObjectNode json = run.toJson();
    if (json != null) Replace.file(file(type, name, ".json"), Json.compact(json), MODE);
  }

  /** Remembers that a job was made now, so that its first run is the next one of its schedule. */
  public void created(JobType type, String name) throws IOException {
    try (var mutex = FileMutex.exclusive(file(type, name, ".lck"))) {
      put(type, name, new LastRun.Created(clock.instant()));
    }
  }

  /** Remembers that a schedule was changed now; a job that runs is left alone, as its end comes later anyway. */
  public void rescheduled(JobType type, String name) throws IOException {
    try (var mutex = tryLock(type, name)) {
      if (mutex == null) return;
      LastRun run = last(type, name);
      put(
          type,
          name,
          run instanceof LastRun.Finished finished
              ? new LastRun.Finished(finished.task(), finished.end(), clock.instant())
              : new LastRun.Created(clock.instant()));
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
