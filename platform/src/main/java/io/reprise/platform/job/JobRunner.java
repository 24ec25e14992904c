package io.reprise.platform.job;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.reprise.datastore.InvalidName;
import io.reprise.datastore.calendar.CalendarEvent;
import io.reprise.datastore.json.Json;
import io.reprise.platform.config.FileMutex;
import io.reprise.platform.task.Task;
import io.reprise.platform.task.Tasks;
import io.reprise.platform.task.Upid;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Does the jobs of a service: those whose time has come, which become requests, and those that somebody asked for. Every
 * replica looks at the same files; a lease makes one of them do it.
 *
 * <pre>
 * schedule, REST, event ──→ request file ── lease, PBS's lock ──→ task ── end ──→ done/
 *                                ↑                                 │
 *                                └──── its process died, lease free again
 * </pre>
 *
 * A time that was missed, because nobody ran, is caught up once: the next one counts from the last run.
 */
public final class JobRunner implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(JobRunner.class.getName());
  private static final Duration LOOK = Duration.ofSeconds(2);
  private static final Duration CLOSING = Duration.ofSeconds(8);
  private static final int ATTEMPTS = 3;

  private final Jobs jobs;
  private final Map<JobType, JobKind> kinds = new EnumMap<>(JobType.class);
  private final Map<String, Thread> running = new ConcurrentHashMap<>(); // by request
  private final Map<String, String> told = new ConcurrentHashMap<>();
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread = new Thread(this::look, "jobs");
  private volatile boolean closed;
  private long minute = Long.MIN_VALUE;

  public JobRunner(Jobs jobs, Collection<? extends JobKind> kinds) {
    this.jobs = jobs;
    for (JobKind kind : kinds) this.kinds.put(kind.type(), kind);
    thread.setDaemon(true);
  }

  public void start() {
    thread.start();
  }

  /** There may be a new request; without this it is found within seconds. */
  public void wake() {
    wake.release();
  }

  private void look() {
    while (!closed) {
      try {
        startRequests();
        long now = jobs.clock().instant().getEpochSecond() / 60;
        if (now != minute) {
          minute = now;
          startDue();
          jobs.requests().forgetOld(jobs.clock().instant());
        }
        told.remove("");
      } catch (IOException e) {
        tellOnce("", "jobs cannot be looked for: " + e.getMessage());
      } catch (RuntimeException e) {
        LOG.log(ERROR, "looking for jobs failed, it goes on", e);
      }
      try {
        if (wake.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) wake.drainPermits();
      } catch (InterruptedException closing) {
        return;
      }
    }
  }

  private void tellOnce(String about, String problem) {
    if (!problem.equals(told.put(about, problem))) LOG.log(WARNING, problem);
  }

  void startRequests() throws IOException {
    for (JobRequest request : jobs.requests().pending()) {
      JobKind kind = kinds.get(request.type());
      if (kind == null || closed || running.containsKey(request.id())) continue;
      try {
        if (kind.isHere(request.name())) claim(kind, request);
      } catch (IOException | InvalidName e) {
        // One that cannot be begun holds no other up.
        tellOnce(
            request.id(), request.type() + " '" + request.name() + "' waits: " + e.getMessage());
      }
    }
  }

  private void claim(JobKind kind, JobRequest request) throws IOException {
    Claim claim = Claim.of(jobs, request.type(), request.name(), request.lease());
    if (claim == null) return;
    JobRequest now = null;
    try {
      now = jobs.requests().find(request.id()); // another replica may just have done it
      if (now != null && jobs.hasEnded(now)) { // its process died, or stopped, right after that
        jobs.requests().done(now);
        now = null;
      }
    } finally {
      if (now == null) claim.close();
    }
    if (now != null) begin(kind, now, claim);
  }

  /** Makes requests of what is due (datastore.md §10.5). */
  void startDue() throws IOException {
    for (JobKind kind : kinds.values()) {
      List<JobKind.Scheduled> all;
      try {
        all = kind.scheduled();
      } catch (IOException | InvalidName e) {
        tellOnce(kind.type().toString(), "no " + kind.type() + " is started: " + e.getMessage());
        continue;
      }
      for (JobKind.Scheduled job : all) {
        try {
          startIfDue(kind, job);
        } catch (IOException e) {
          tellOnce(
              kind.type() + "-" + job.name(),
              kind.type() + " '" + job.name() + "' is not started: " + e.getMessage());
        }
      }
    }
  }

  private void startIfDue(JobKind kind, JobKind.Scheduled job) throws IOException {
    if (!isDue(kind.type(), job.name(), job.schedule()) || !kind.isHere(job.name())) return;
    Claim claim = Claim.of(jobs, kind.type(), job.name(), kind.type() + "-" + job.name());
    if (claim == null) return;
    JobRequest request = null;
    try {
      // Again, now that nobody else can run it: another scheduler may just have done so.
      if (isDue(kind.type(), job.name(), job.schedule())) request = scheduled(kind, job);
    } finally {
      if (request == null) claim.close();
    }
    if (request != null) begin(kind, request, claim);
  }

  private boolean isDue(JobType type, String name, CalendarEvent schedule) throws IOException {
    Instant now = jobs.clock().instant();
    Instant next = schedule.next(jobs.states().last(type, name).last(now), ZoneId.systemDefault());
    return next != null && !next.isAfter(now);
  }

  /** @return null if somebody asked for it and it waits: then that is its run */
  private @Nullable JobRequest scheduled(JobKind kind, JobKind.Scheduled job) throws IOException {
    String id = UUID.randomUUID().toString();
    return jobs.requests().add(id, () -> {
      for (JobRequest pending : jobs.requests().pending()) {
        if (pending.isFor(kind.type(), job.name())) return null;
      }
      return new JobRequest(
          id,
          kind.type(),
          job.name(),
          Json.object(),
          Jobs.ROOT,
          jobs.clock().instant(),
          job.schedule().toString(),
          null,
          0);
    });
  }

  /** The right to do it, held until the end: the lease between hosts, and PBS's lock. */
  private record Claim(Lease lease, @Nullable FileMutex pbs) implements AutoCloseable {
    static @Nullable Claim of(Jobs jobs, JobType type, String name, String lease)
        throws IOException {
      Lease taken = jobs.leases().tryAcquire(lease);
      if (taken == null) return null;
      boolean kept = false;
      try {
        FileMutex pbs = type.isConfigured() ? jobs.states().tryLock(type, name) : null;
        kept = pbs != null || !type.isConfigured();
        return kept ? new Claim(taken, pbs) : null;
      } finally {
        if (!kept) taken.close();
      }
    }

    @Override
    public void close() throws IOException {
      try (lease) {
        if (pbs != null) pbs.close();
      }
    }
  }

  private void begin(JobKind kind, JobRequest request, Claim claim) {
    Thread worker = Thread.ofPlatform()
        .name(request.type() + " " + request.name())
        .daemon()
        .unstarted(() -> {
          try (claim) {
            execute(kind, request, claim.lease());
          } catch (IOException | RuntimeException | Error e) {
            LOG.log(ERROR, "request " + request.id() + " cannot be done, it is tried again", e);
          } finally {
            running.remove(request.id());
            wake();
          }
        });
    running.put(request.id(), worker);
    worker.start();
  }

  private void execute(JobKind kind, JobRequest asked, Lease lease) throws IOException {
    Upid known = asked.task();
    boolean begun = known != null;
    Task task = known != null
        ? jobs.tasks().resume(known)
        : jobs.tasks().start(asked.type().toString(), workerId(kind, asked), asked.by());
    JobRequest request = asked.begun(task.upid());
    jobs.requests().update(request);
    if (asked.attempts() > 0) task.log("going on: the process that did this has died");
    remember(request, new LastRun.Started(task.upid()));
    var run = new JobRun(request, task, lease, () -> closed, begun);
    boolean[] lost = {false};
    String error = Tasks.failure(task, working -> {
      if (request.attempts() > ATTEMPTS) {
        throw new IOException(
            "given up: " + ATTEMPTS + " processes have died of it, see the log of the service");
      }
      try {
        run.check();
        kind.run(run);
      } catch (LeaseLost e) {
        lost[0] = true;
        throw e;
      }
    });
    if (lost[0]) {
      LOG.log(WARNING, "{0}: {1}; left to the next holder", task.upid(), error);
      task.handOver();
      return;
    }
    remember(request, new LastRun.Finished(task.upid(), task.outcome(error), null));
    if (error == null) task.succeed();
    else task.fail(error);
    jobs.requests().done(request);
    LOG.log(
        INFO,
        "{0} {1} ended: {2}",
        request.type(),
        task.upid().workerId(),
        error == null ? "OK" : error);
  }

  /** What cannot be known because there is no such job is said by the run, which fails of the same. */
  private static String workerId(JobKind kind, JobRequest request) throws IOException {
    try {
      return kind.workerId(request);
    } catch (InvalidName unknown) {
      return request.name();
    }
  }

  private void remember(JobRequest request, LastRun run) throws IOException {
    if (request.type().isConfigured()) jobs.states().put(request.type(), request.name(), run);
  }

  /** Asks all runs to end, and waits some seconds for them. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    long end = System.nanoTime() + CLOSING.toNanos();
    try {
      if (thread.isAlive()) thread.join(CLOSING);
      for (Thread worker : running.values()) {
        worker.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
