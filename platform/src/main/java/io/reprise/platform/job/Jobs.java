package io.reprise.platform.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.calendar.CalendarEvent;
import io.reprise.datastore.json.Json;
import io.reprise.platform.event.Events;
import io.reprise.platform.event.JobRequested;
import io.reprise.platform.task.Task;
import io.reprise.platform.task.TaskEnd;
import io.reprise.platform.task.Tasks;
import io.reprise.platform.task.Upid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of one state directory, for those who ask for work and for those who show it. Who does it has a
 * {@link JobRunner} besides. One object a process; safe for many threads.
 */
public final class Jobs {
  static final AuthId ROOT = AuthId.parse("root@pam");

  private final Tasks tasks;
  private final JobStates states;
  private final Leases leases;
  private final Requests requests;
  private final Clock clock;

  /**
   * @param tasks of the same installation; from now on they know of tasks that wait here
   * @param leases with this replica's name
   */
  public Jobs(Tasks tasks, JobStates states, Leases leases, Requests requests) {
    this(tasks, states, leases, requests, Clock.systemUTC());
  }

  Jobs(Tasks tasks, JobStates states, Leases leases, Requests requests, Clock clock) {
    this.tasks = tasks;
    this.states = states;
    this.leases = leases;
    this.requests = requests;
    this.clock = clock;
    tasks.handedOver(requests::holds);
  }

  public Tasks tasks() {
    return tasks;
  }

  public JobStates states() {
    return states;
  }

  public Leases leases() {
    return leases;
  }

  public Requests requests() {
    return requests;
  }

  Clock clock() {
    return clock;
  }

  /**
   * Work that somebody asks for.
   *
   * @param name of the job; for work on demand, of the datastore
   * @param workerId of its task
   * @param firstLine of its log; empty if only the work itself can tell it
   */
  public record Order(
      JobType type,
      String name,
      String workerId,
      String firstLine,
      AuthId by,
      ObjectNode parameters) {
    public Order(JobType type, String name, String workerId, String firstLine, AuthId by) {
      this(type, name, workerId, firstLine, by, Json.object());
    }
  }

  /**
   * Asks for work, and answers at once: its task is listed as running, its file is on disk, and the event, which only makes
   * it begin sooner, is announced.
   *
   * @throws JobRunning if it is a configured job and runs, or is about to
   */
  public Upid request(Order order, Events events) throws IOException {
    String id = UUID.randomUUID().toString();
    var made = new AtomicReference<@Nullable Task>();
    boolean written = false;
    try {
      // Under the lock of all requests; only then is there a task, so that a refusal leaves no
      // trace.
      JobRequest request = requests.add(id, () -> {
        requireIdle(order.type(), order.name());
        Task task = tasks.start(order.type().toString(), order.workerId(), order.by());
        made.set(task);
        if (!order.firstLine().isEmpty()) task.log(order.firstLine());
        return new JobRequest(
            id,
            order.type(),
            order.name(),
            order.parameters(),
            order.by(),
            clock.instant(),
            null,
            task.upid(),
            0);
      });
      written = true;
      Task task = made.get();
      if (request == null || task == null) throw new IOException("request " + id + " exists");
      task.handOver();
      events.announce(new JobRequested(
          UUID.fromString(id),
          order.type().requests(),
          order.type().toString(),
          order.name(),
          task.upid(),
          order.by()));
      return task.upid();
    } finally {
      Task task = made.get();
      if (!written && task != null) task.fail("the request cannot be written down");
    }
  }

  private void requireIdle(JobType type, String name) throws IOException {
    if (!type.isConfigured()) return;
    for (JobRequest pending : requests.pending()) {
      if (pending.isFor(type, name) && !isOver(pending)) throw new JobRunning(type, name, "");
    }
    // One of us that holds PBS's lock without a request is about to let it go.
    if (isLocked(type, name) && leases.holder(type + "-" + name) == null && isLocked(type, name)) {
      throw new JobRunning(type, name, " by another program");
    }
  }

  private boolean isLocked(JobType type, String name) throws IOException {
    try (var mutex = states.tryLock(type, name)) {
      return mutex == null;
    }
  }

  /**
   * True if somebody may have seen that it has ended: then it can be asked for again at once, and the next run waits for the
   * lease, which is held a moment longer.
   */
  private boolean isOver(JobRequest request) throws IOException {
    return states.last(request.type(), request.name()) instanceof LastRun.Finished run
            && run.task().equals(request.task())
        || hasEnded(request);
  }

  /** True if the log of its task says so. */
  boolean hasEnded(JobRequest request) {
    Upid task = request.task();
    TaskEnd end = task == null ? null : tasks.end(task);
    return end != null && end.kind() != TaskEnd.Kind.UNKNOWN;
  }

  /**
   * Makes a file of a request that an event brought, from wherever. The same event again makes none.
   *
   * @param eventId CloudEvents' attribute {@code id}
   * @param time attribute {@code time}; what is older than is remembered here is let alone
   * @return false if there was nothing to make
   */
  public boolean accept(
      String eventId,
      Instant time,
      JobType type,
      String name,
      ObjectNode parameters,
      @Nullable AuthId by)
      throws IOException {
    Instant now = clock.instant();
    // Half of it: the file of one that is done must be there as long as its event is taken.
    if (time.isBefore(now.minus(Requests.REMEMBERED.dividedBy(2)))) return false;
    String id = fileName(eventId);
    return requests.add(
            id,
            () -> new JobRequest(
                id, type, name, parameters, by == null ? ROOT : by, now, null, null, 0))
        != null;
  }

  private static String fileName(String eventId) {
    if (eventId.length() <= 64 && SafeId.matches(eventId)) return eventId;
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256")
              .digest(eventId.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /**
   * When it ran and will run.
   *
   * @param schedule null if it has none
   */
  public JobStatus status(JobType type, String name, @Nullable CalendarEvent schedule)
      throws IOException {
    LastRun run = states.last(type, name);
    Instant next = schedule == null
        ? null
        : schedule.next(run.lastShown(clock.instant()), ZoneId.systemDefault());
    return switch (run) {
      case LastRun.Never n -> new JobStatus(text(schedule), next, null, null);
      case LastRun.Created c -> new JobStatus(text(schedule), next, null, null);
      case LastRun.Started s -> new JobStatus(text(schedule), next, s.task(), tasks.end(s.task()));
      case LastRun.Finished f -> new JobStatus(text(schedule), next, f.task(), f.end());
    };
  }

  private static @Nullable String text(@Nullable CalendarEvent schedule) {
    return schedule == null ? null : schedule.toString();
  }
}
