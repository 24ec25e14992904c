package io.reprise.platform.job;

import io.reprise.datastore.calendar.CalendarEvent;
import java.io.IOException;
import java.util.List;

/** One type of job, as the service that does it knows it. */
public interface JobKind {
  JobType type();

  /** A job that runs by itself. */
  record Scheduled(String name, CalendarEvent schedule) {}

  /** Those that are configured to run by themselves now; asked once a minute. */
  List<Scheduled> scheduled() throws IOException;

  /** False if another replica does the work of that name, e.g. as it has the index of that datastore. */
  default boolean isHere(String name) throws IOException {
    return true;
  }

  /**
   * Worker id of the task of a run that nobody made a task for: by schedule, or by an event from outside.
   *
   * @throws io.reprise.datastore.InvalidName if there is no such job; the request then fails with that
   */
  String workerId(JobRequest request) throws IOException;

  /**
   * Does it, on a thread of its own; its task ends with this. May be begun again by another process after this one died, so
   * it looks at what is there, not at what it remembers.
   *
   * @throws IOException what the task fails with
   */
  void run(JobRun run) throws IOException;
}
