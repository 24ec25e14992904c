package io.reprise.platform.task;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.InvalidName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The task directory (protocol.md §6, config.md §7): starts tasks, lists them, reads their logs. One directory serves any
 * number of processes on one host; a task of a process that is gone ends as {@code unknown}.
 */
public final class Tasks {
  private static final System.Logger LOG = System.getLogger(Tasks.class.getName());
  private static final int TAIL_BYTES = 8192;
  private static final Duration POLL = Duration.ofMillis(20);

  private final Path directory;
  private final String node;
  private final Clock clock;
  private final TaskLists lists;
  private final long pid = ProcessHandle.current().pid();
  private final long processStart = ProcessIdentity.startOf(pid).orElse(0);
  private final AtomicLong counter = new AtomicLong();
  private final Map<Upid, Task> running = new ConcurrentHashMap<>();
  private volatile BiConsumer<Upid, TaskProgress> listener = (upid, progress) -> {};
  private volatile Predicate<Upid> handedOver = upid -> false;

  /**
   * @param directory made if missing
   * @param node this host's name, without dots
   */
  public Tasks(Path directory, String node) throws IOException {
    this(directory, node, Clock.systemUTC());
  }

  Tasks(Path directory, String node, Clock clock) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.node = node;
    this.clock = clock;
    lists = new TaskLists(directory);
  }

  /** Who is told of progress; at most one, and it must not block. */
  public void onProgress(BiConsumer<Upid, TaskProgress> told) {
    listener = told;
  }

  /**
   * Tells which tasks wait for a process to go on with them, or are worked on by one that did not begin them: such a task
   * runs until its log says otherwise.
   */
  public void handedOver(Predicate<Upid> waiting) {
    handedOver = waiting;
  }

  /**
   * Starts a task: its log exists and it is listed when this returns.
   *
   * @param workerType e.g. {@code backup}
   * @param workerId what it works on, e.g. {@code store1:vm/100}; may be empty
   */
  public Task start(String workerType, String workerId, AuthId who) throws IOException {
    var upid = new Upid(
        node,
        pid,
        processStart,
        counter.getAndIncrement(),
        clock.instant().getEpochSecond(),
        workerType,
        workerId,
        who);
    Path file = logFile(upid);
    Files.createDirectories(file.getParent());
    var log = Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
    var task = new Task(this, upid, log, clock);
    running.put(upid, task);
    boolean listed = false;
    try {
      lists.update(upid, this::endOf);
      listed = true;
      return task;
    } finally {
      if (!listed) {
        running.remove(upid);
        log.close();
        Files.deleteIfExists(file);
      }
    }
  }

  /**
   * Goes on with a task that another process began; its log is continued, or begun again if it is gone.
   *
   * @throws IOException if the log cannot be written
   */
  public Task resume(Upid upid) throws IOException {
    Path file = logFile(upid);
    Files.createDirectories(file.getParent());
    var log = Files.newBufferedWriter(
        file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    var task = new Task(this, upid, log, clock);
    running.put(upid, task);
    return task;
  }

  /** What a task does. */
  @FunctionalInterface
  public interface Work {
    /** @throws IOException what the task fails with */
    void run(Task task) throws IOException;
  }

  /** Starts a task that works on a thread of its own, and ends with the work. */
  public Upid spawn(String workerType, String workerId, AuthId who, Work work) throws IOException {
    Task task = start(workerType, workerId, who);
    Thread.ofVirtual().name(workerType).start(() -> run(task, work));
    return task.upid();
  }

  /** Does the work on this thread, and ends the task with it. */
  public static void run(Task task, Work work) {
    String error = failure(task, work);
    if (error == null) task.succeed();
    else task.fail(error);
  }

  /** Does the work on this thread. @return what the task is to fail with; null if all went well */
  public static @Nullable String failure(Task task, Work work) {
    try {
      work.run(task);
      return null;
    } catch (IOException | TaskAborted | InvalidName expected) {
      return String.valueOf(expected.getMessage());
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.ERROR, "task " + task.upid() + " failed", e);
      return "worker panicked: " + e;
    }
  }

  /** Tasks that run in this process. */
  public List<Task> running() {
    return List.copyOf(running.values());
  }

  /** @return null if no such task runs in this process */
  public @Nullable Task running(Upid upid) {
    return running.get(upid);
  }

  /**
   * Asks a task to stop. One of another process finds the wish in {@code stop/} below the task directory, as soon as it asks
   * whether it shall go on.
   *
   * @return false if it does not run
   */
  public boolean abort(Upid upid) throws IOException {
    Task task = running.get(upid);
    if (task != null) {
      task.requestAbort();
      return true;
    }
    if (endOf(upid) != null) return false;
    Path wish = abortWish(upid);
    Files.createDirectories(wish.getParent());
    Files.write(wish, new byte[0]);
    return true;
  }

  boolean isAbortRequested(Upid upid) {
    return Files.exists(abortWish(upid));
  }

  private Path abortWish(Upid upid) {
    return directory.resolve("stop").resolve(upid.toString());
  }

  /**
   * This process ends: asks its tasks to stop, waits for them, and ends those in the lists that do not, as nobody would any
   * more.
   */
  public void stop(Duration patience) throws InterruptedException {
    running().forEach(Task::requestAbort);
    long deadline = System.nanoTime() + patience.toNanos();
    while (!running.isEmpty() && System.nanoTime() < deadline) Thread.sleep(POLL);
    for (Task task : running()) task.fail("the server stopped before the task was done");
  }

  /**
   * Tasks that match, running ones first, then newest first (protocol.md §6.3).
   *
   * @param total matches up to {@code start + limit}, one more if there are more
   */
  public record Listing(List<TaskEntry> entries, long total) {}

  public Listing list(TaskFilter filter) throws IOException {
    List<TaskEntry> active = lists.running();
    if (active.stream().anyMatch(e -> e.end() != null || endOf(e.upid()) != null)) {
      lists.update(null, this::endOf);
      active = lists.running();
    }
    var entries = new ArrayList<TaskEntry>();
    long limit = filter.limit() == 0 ? Long.MAX_VALUE : filter.limit();
    long[] matched = {0};
    Predicate<TaskEntry> take = entry -> {
      if (filter.matches(entry)) {
        matched[0]++;
        if (matched[0] > filter.start() && entries.size() < limit) entries.add(entry);
      }
      return matched[0] - filter.start() <= limit;
    };
    boolean more = true;
    for (TaskEntry entry : active) {
      more = take.test(entry);
      if (!more) break;
    }
    if (more && !Boolean.TRUE.equals(filter.running())) lists.ended(take);
    return new Listing(entries, matched[0]);
  }

  /** @return null while the task runs; the end is {@code unknown} if nothing is known of it */
  public @Nullable TaskEnd end(Upid upid) {
    return endOf(upid);
  }

  /** True if there is a log of that task. */
  public boolean exists(Upid upid) {
    return Files.exists(logFile(upid));
  }

  /**
   * Lines of a log.
   *
   * @param start number of the first line wanted; 0 and 1 are the first line
   * @param limit 0 for all
   * @throws NoSuchFileException if there is no log
   */
  public LogPage log(Upid upid, long start, long limit) throws IOException {
    long first = Math.max(1, start);
    long end =
        limit == 0 ? Long.MAX_VALUE : Math.addExact(first, Math.min(limit, Integer.MAX_VALUE));
    var lines = new ArrayList<String>();
    long[] number = {0};
    try (BufferedReader reader = Files.newBufferedReader(logFile(upid), StandardCharsets.UTF_8);
        Stream<String> all = reader.lines()) {
      all.forEach(line -> {
        number[0]++;
        if (number[0] >= first && number[0] < end) lines.add(line);
      });
    }
    return new LogPage(first, lines, number[0]);
  }

  /** The whole log. */
  public InputStream openLog(Upid upid) throws IOException {
    return Files.newInputStream(logFile(upid));
  }

  /**
   * Rotates the archive when it has grown, and deletes logs that no list names any more (config.md §7.5).
   *
   * @param maxDays keep what ended in so many days; null: keep 20 archives
   */
  public void rotate(@Nullable Integer maxDays) throws IOException {
    Long cutoff = lists.rotate(maxDays, clock.instant().getEpochSecond());
    if (cutoff == null) return;
    Instant limit = Instant.ofEpochSecond(cutoff);
    for (int i = 0; i < 256; i++) {
      Path folder = directory.resolve("%02X".formatted(i));
      if (Files.notExists(folder)) continue;
      try (Stream<Path> logs = Files.list(folder)) {
        for (Path log : (Iterable<Path>) logs::iterator) {
          if (Files.getLastModifiedTime(log).toInstant().isBefore(limit)) Files.deleteIfExists(log);
        }
      }
    }
  }

  void handOver(Upid upid) {
    running.remove(upid);
  }

  void ended(Upid upid, TaskEnd end) {
    running.remove(upid);
    try {
      Files.deleteIfExists(abortWish(upid));
      lists.update(null, u -> u.equals(upid) ? end : endOf(u));
    } catch (IOException unlisted) {
      // The next update finds the end in the log, where it stands already.
    }
  }

  void publish(Upid upid, TaskProgress progress) {
    listener.accept(upid, progress);
  }

  private Path logFile(Upid upid) {
    return directory.resolve("%02X".formatted(upid.processStart() & 255)).resolve(upid.toString());
  }

  private @Nullable TaskEnd endOf(Upid upid) {
    if (running.containsKey(upid)) return null;
    // Of another host's processes nothing is known but what their logs say; without one there was
    // none.
    boolean ours = upid.node().equals(node);
    boolean sameProcess = upid.pid() == pid && upid.processStart() == processStart;
    if (ours && !sameProcess) {
      var start = ProcessIdentity.startOf(upid.pid());
      if (start.isPresent() && start.getAsLong() == upid.processStart())
        return endInLog(upid, true);
    }
    return endInLog(upid, ours ? handedOver.test(upid) : exists(upid));
  }

  /** @param maybeRunning without a last line: null instead of {@code unknown} */
  private @Nullable TaskEnd endInLog(Upid upid, boolean maybeRunning) {
    String line;
    try {
      line = lastLine(logFile(upid));
    } catch (IOException noLog) {
      line = "";
    }
    int colon = line.indexOf(": ");
    long time = -1;
    if (colon > 0) {
      try {
        time = OffsetDateTime.parse(line.substring(0, colon)).toEpochSecond();
      } catch (DateTimeParseException continuation) {
        time = -1;
      }
    }
    if (time >= 0 && line.startsWith("TASK ", colon + 2)) {
      String status = line.substring(colon + 2 + "TASK ".length());
      return new TaskEnd(
          time, status.startsWith("ERROR: ") ? status.substring("ERROR: ".length()) : status);
    }
    return maybeRunning ? null : new TaskEnd(time >= 0 ? time : upid.startTime(), TaskEnd.UNKNOWN);
  }

  private static String lastLine(Path file) throws IOException {
    try (var in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] tail = new byte[(int) Math.min(TAIL_BYTES, in.length())];
      in.seek(in.length() - tail.length);
      in.readFully(tail);
      String text = new String(tail, StandardCharsets.UTF_8).stripTrailing();
      return text.substring(text.lastIndexOf('\n') + 1);
    }
  }
}
