package io.reprise.platform.job;

import java.io.IOException;

/** A job was asked to run that runs, or is about to (protocol.md §5.7: status 400). */
public final class JobRunning extends IOException {
  JobRunning(JobType type, String name, String by) {
    super(type + " '" + name + "' is running already" + by
        + ": follow its task, or stop it and try again");
  }
}
