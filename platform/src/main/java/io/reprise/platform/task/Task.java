package io.reprise.platform.task;

import java.io.IOException;
import java.io.Writer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A running task and its log. Any thread may log; whoever began it ends it, once, by {@link #succeed} or {@link #fail}.
 * A log that cannot be written does not stop the work: what was to be said is kept in the service's own log by the caller.
 */
public final class Task {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxxx");
  /** How often a task asks whether another process wants its end. */
  private static final long ASK_NANOS = 500_000_000;

  private final Tasks tasks;
  private final Upid upid;
  private final Writer log;
  private final Clock clock;
  private final List<Runnable> onAbort = new ArrayList<>();
  private int warnings;
  private boolean abortRequested;
  private boolean ended;
  private long asked = System.nanoTime() - ASK_NANOS;
  private @Nullable IOException logFailure;

  Task(Tasks tasks, Upid upid, Writer log, Clock clock) {
    this.tasks = tasks;
    this.upid = upid;
    this.log = log;
    this.clock = clock;
  }

  public Upid upid() {
    return upid;
  }

  /** Adds a line, or several, of which the first has the time. */
  public synchronized void log(String message) {
    if (ended) return;
    try {
      log.write(time() + ": " + message + "\n");
      log.flush();
    } catch (IOException e) {
      logFailure = e;
    }
  }

  /** A line that makes the task end with warnings. */
  public synchronized void warn(String message) {
    warnings++;
    log("WARN: " + message);
  }

  /** Tells those who listen, e.g. as events. */
  public void progress(TaskProgress progress) {
    tasks.publish(upid, progress);
  }

  /** Run when somebody asks for the end, at once if that has happened already. Must be quick and may run on any thread. */
  public void onAbort(Runnable action) {
    synchronized (this) {
      if (!abortRequested) {
        onAbort.add(action);
        return;
      }
    }
    action.run();
  }

  /** Also told by other processes of this task directory ({@link Tasks#abort}), which is looked for now and then. */
  public boolean isAbortRequested() {
    synchronized (this) {
      if (abortRequested) return true;
      if (ended || System.nanoTime() - asked < ASK_NANOS) return false;
      asked = System.nanoTime();
    }
    if (!tasks.isAbortRequested(upid)) return false;
    requestAbort();
    return true;
  }

  /** @throws TaskAborted if somebody asked for the end; long work calls this again and again */
  public void checkAbort() {
    if (isAbortRequested()) throw new TaskAborted();
  }

  /** Asks the task to stop; the first request is logged. */
  void requestAbort() {
    List<Runnable> actions;
    synchronized (this) {
      if (abortRequested || ended) return;
      log("received abort request ...");
      abortRequested = true;
      actions = List.copyOf(onAbort);
    }
    actions.forEach(Runnable::run);
  }

  /** How it would end now. @param error null if all went well */
  public synchronized TaskEnd outcome(@Nullable String error) {
    String status = error != null ? error : warnings == 0 ? "OK" : "WARNINGS: " + warnings;
    return new TaskEnd(clock.instant().getEpochSecond(), status);
  }

  /** Ends it well, or with the warnings it had. */
  public void succeed() {
    String status = outcome(null).status();
    end(status, status);
  }

  /**
   * Stops writing here without an end: another process goes on with it ({@link Tasks#resume}). Whoever calls this has
   * written down before that the task is to be done ({@link Tasks#handedOver}).
   */
  public void handOver() {
    synchronized (this) {
      if (ended) return;
      ended = true;
      close();
    }
    tasks.handOver(upid);
  }

  /** Ends it with an error. */
  public void fail(String error) {
    String line = error.replaceAll("\\p{Cntrl}", " "); // the last line alone says how it ended
    end(line, "ERROR: " + line);
  }

  private void end(String status, String lastLine) {
    synchronized (this) {
      if (ended) return;
      log("TASK " + lastLine);
      ended = true;
      close();
    }
    tasks.ended(upid, new TaskEnd(clock.instant().getEpochSecond(), status));
  }

  private void close() {
    try {
      log.close();
    } catch (IOException e) {
      logFailure = e;
    }
  }

  /** Why the log is not complete; null if it is. */
  public synchronized @Nullable IOException logFailure() {
    return logFailure;
  }

  private String time() {
    return TIME.format(Instant.now(clock).atZone(ZoneId.systemDefault()));
  }
}
