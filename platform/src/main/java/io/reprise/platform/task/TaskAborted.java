package io.reprise.platform.task;

/** Somebody asked the task to stop (protocol.md §6.4). */
public final class TaskAborted extends RuntimeException {
  public TaskAborted() {
    super("abort requested - aborting task");
  }
}
