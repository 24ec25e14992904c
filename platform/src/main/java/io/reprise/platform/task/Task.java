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

  private final Tasks tasks;
  private final Upid upid;
  private final Writer log;
  private final Clock clock;
  private final List<Runnable> onAbort = new ArrayList<>();
  private int warnings;
  private boolean abortRequested;
  private boolean ended;
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

  public synchronized boolean isAbortRequested() {
    return abortRequested;
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

  /** Ends it well, or with the warnings it had. */
  public void succeed() {
    int count;
    synchronized (this) {
      count = warnings;
    }
    end(count == 0 ? "OK" : "WARNINGS: " + count, count == 0 ? "OK" : "WARNINGS: " + count);
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
      try {
        log.close();
      } catch (IOException e) {
        logFailure = e;
      }
    }
    tasks.ended(upid, new TaskEnd(clock.instant().getEpochSecond(), status));
  }

  /** Why the log is not complete; null if it is. */
  public synchronized @Nullable IOException logFailure() {
    return logFailure;
  }

  private String time() {
    return TIME.format(Instant.now(clock).atZone(ZoneId.systemDefault()));
  }
}
