package io.reprise.platform.job;

/** Kinds of jobs, by the names of their state files and tasks (config.md §6). */
public enum JobType {
  /** Its name is the datastore's. */
  GARBAGE_COLLECTION("garbage_collection"),
  PRUNE("prunejob"),
  SYNC("syncjob"),
  VERIFICATION("verificationjob"),
  TAPE_BACKUP("tape-backup-job");

  private final String text;

  JobType(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
