package io.reprise.platform.task;

import com.github.luben.zstd.ZstdInputStream;
import io.reprise.platform.config.FileMutex;
import io.reprise.platform.config.Replace;
import io.reprise.platform.log.Rotation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files {@code active} and {@code archive} (config.md §7.1 to §7.3, §7.5), shared with every process that runs tasks
 * here, a PBS's among them.
 */
final class TaskLists {
  private static final int MODE = 0660;
  private static final long ROTATE_BYTES = 524_287;
  private static final int ARCHIVES = 20;

  private final Path directory;
  private final Rotation archives;

  TaskLists(Path directory) {
    this.directory = directory;
    archives = new Rotation(directory.resolve("archive"));
  }

  private Path active() {
    return directory.resolve("active");
  }

  private Path archive(int number) {
    return archives.numbered(number);
  }

  private Path lock() {
    return directory.resolve(".active.lock");
  }

  /**
   * Goes through the running tasks: those that have ended move to the archive.
   *
   * @param added a task that begins now, or null
   * @param endOf how a listed task ended; null if it runs
   */
  void update(@Nullable Upid added, Function<Upid, @Nullable TaskEnd> endOf) throws IOException {
    try (var mutex = FileMutex.exclusive(lock())) {
      var running = new ArrayList<TaskEntry>();
      var ended = new ArrayList<TaskEntry>();
      for (TaskEntry entry : read(active())) {
        TaskEnd end = entry.end() == null ? endOf.apply(entry.upid()) : entry.end();
        (end == null ? running : ended).add(new TaskEntry(entry.upid(), end));
      }
      if (added != null) running.add(new TaskEntry(added, null));
      // First the archive: a crash in between lists a task twice, the other way round it would be
      // lost.
      ended.sort(Comparator.comparingLong(TaskLists::endTime));
      if (!ended.isEmpty()) append(ended);
      if (added != null || !ended.isEmpty()) Replace.file(active(), text(running), MODE);
    }
  }

  /** Running tasks, newest first, as listed; some may have died since. */
  List<TaskEntry> running() throws IOException {
    try (var mutex = FileMutex.shared(lock())) {
      return read(active()).reversed();
    }
  }

  /** Walks through the ended tasks, newest first, until told to stop by {@code false}. */
  void ended(Predicate<TaskEntry> more) throws IOException {
    for (int number = 0; number < Integer.MAX_VALUE; number++) {
      List<TaskEntry> entries = read(archive(number)).reversed();
      if (entries.isEmpty() && number > 0) return;
      for (TaskEntry entry : entries) {
        if (!more.test(entry)) return;
      }
    }
  }

  /**
   * Sets the archive aside when it has grown large, and drops the oldest.
   *
   * @param maxDays keep what ended in so many days; null keeps 20 files
   * @return end time before which logs may go; null if nothing was rotated
   */
  @Nullable
  Long rotate(@Nullable Integer maxDays, long now) throws IOException {
    try (var mutex = FileMutex.exclusive(lock())) {
      if (Files.notExists(archive(0)) || Files.size(archive(0)) <= ROTATE_BYTES) return null;
      int last = archives.shift();
      int keep = maxDays == null ? ARCHIVES - 1 : keptByAge(last, now - maxDays * 86_400L);
      for (; last > keep; last--) Files.deleteIfExists(archive(last));
      List<TaskEntry> oldest = read(archive(last));
      return oldest.isEmpty() ? null : endTime(oldest.getFirst());
    }
  }

  /** The first file, from the newest, that begins before the limit is the last one kept. */
  private int keptByAge(int last, long limit) throws IOException {
    for (int number = 1; number <= last; number++) {
      List<TaskEntry> entries = read(archive(number));
      if (!entries.isEmpty() && endTime(entries.getFirst()) < limit) return number;
    }
    return last;
  }

  private void append(List<TaskEntry> entries) throws IOException {
    Files.write(archive(0), text(entries), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static byte[] text(List<TaskEntry> entries) {
    var text = new StringBuilder();
    entries.forEach(e -> text.append(e.line()).append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static long endTime(TaskEntry entry) {
    TaskEnd end = entry.end();
    return end == null ? 0 : end.time();
  }

  private static List<TaskEntry> read(Path file) throws IOException {
    var entries = new ArrayList<TaskEntry>();
    try (var reader =
            new BufferedReader(new InputStreamReader(open(file), StandardCharsets.UTF_8));
        Stream<String> lines = reader.lines()) {
      lines.forEach(line -> {
        TaskEntry entry = TaskEntry.parse(line);
        if (entry != null) entries.add(entry);
      });
    } catch (NoSuchFileException none) {
      return List.of();
    }
    return entries;
  }

  private static InputStream open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    return file.toString().endsWith(".zst") ? new ZstdInputStream(in) : in;
  }
}
