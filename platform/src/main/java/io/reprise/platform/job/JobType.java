package io.reprise.platform.job;

import io.reprise.platform.event.Topic;
import java.util.Arrays;

/** Kinds of jobs, by the names of their state files and tasks (config.md §6, protocol.md §6.2). */
public enum JobType {
  /** Its name is the datastore's. */
  GARBAGE_COLLECTION("garbage_collection", Topic.GC_REQUESTED, true),
  PRUNE("prunejob", Topic.PRUNE_REQUESTED, true),
  SYNC("syncjob", Topic.SYNC_REQUESTED, true),
  VERIFICATION("verificationjob", Topic.VERIFY_REQUESTED, true),
  TAPE_BACKUP("tape-backup-job", Topic.TAPE_JOB_REQUESTED, true),
  /** A namespace, on demand. */
  PRUNE_NOW("prune", Topic.PRUNE_REQUESTED, false),
  /** What a prune job would do; its name is the job's. */
  PRUNE_PREVIEW("prune-preview", Topic.PRUNE_REQUESTED, false),
  /** A datastore, a namespace or a new snapshot, on demand. */
  VERIFY("verify", Topic.VERIFY_REQUESTED, false),
  VERIFY_GROUP("verify_group", Topic.VERIFY_REQUESTED, false),
  VERIFY_SNAPSHOT("verify_snapshot", Topic.VERIFY_REQUESTED, false);

  private final String text;
  private final Topic requests;
  private final boolean configured;

  JobType(String text, Topic requests, boolean configured) {
    this.text = text;
    this.requests = requests;
    this.configured = configured;
  }

  /** Where its requests are told. */
  public Topic requests() {
    return requests;
  }

  /**
   * True if a job of that type has a name under which its last run is remembered and one run at a time is possible; false
   * for work on demand, of which any number may run.
   */
  public boolean isConfigured() {
    return configured;
  }

  /** @throws IllegalArgumentException if there is none of that name */
  public static JobType of(String text) {
    for (JobType type : values()) if (type.text.equals(text)) return type;
    throw new IllegalArgumentException(text + " is none of " + Arrays.toString(values()));
  }

  /** Worker type of its tasks, first part of the names of its files. */
  @Override
  public String toString() {
    return text;
  }
}
