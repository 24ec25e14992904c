package io.reprise.platform.event;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/** Every topic of Reprise, the one list that they are made from. Keys spread load; nobody relies on order. */
public enum Topic {
  /** A manifest is on disk. */
  SNAPSHOT_FINISHED(Key.GROUP),
  /** Moved to {@code reprise-removed/}. */
  SNAPSHOT_REMOVED(Key.GROUP),
  /** Moved back from there. */
  SNAPSHOT_RESTORED(Key.GROUP),
  /** The index files of a removed snapshot are unlinked. */
  SNAPSHOT_PURGED(Key.GROUP),
  /** Digests that may be deleted now. */
  CHUNK_ORPHANED(Key.FIRST_DIGEST_BYTE),
  /** A chunk failed its check and was set aside. */
  CHUNK_CORRUPT(Key.DIGEST),
  /** Write snapshots to a pool of tapes. */
  TAPE_JOB_REQUESTED(Key.POOL),
  SYNC_REQUESTED(Key.JOB_OR_STORE),
  GC_REQUESTED(Key.JOB_OR_STORE),
  PRUNE_REQUESTED(Key.JOB_OR_STORE),
  VERIFY_REQUESTED(Key.JOB_OR_STORE),
  /** How far a task is. */
  TASK_PROGRESS(Key.UPID),
  /** What a guest takes on disk now. */
  GUEST_SPACE(Key.GROUP);

  /** What the key of a record is made of. */
  public enum Key {
    /** {@code store/[namespace/]type/id} */
    GROUP,
    /** {@code store/} and the digest's first byte in hex */
    FIRST_DIGEST_BYTE,
    /** {@code store/digest} */
    DIGEST,
    /** The pool's name. */
    POOL,
    /** The job's id, or the store's name where there is no job. */
    JOB_OR_STORE,
    UPID
  }

  private final Key key;

  Topic(Key key) {
    this.key = key;
  }

  public Key key() {
    return key;
  }

  /** True if only the last event of each key matters: the topic is compacted. */
  public boolean isState() {
    return this == GUEST_SPACE;
  }

  /** Its name in Kafka, e.g. {@code snapshot-finished}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Attribute {@code type} of its events, e.g. {@code io.reprise.snapshot-finished.v1}. */
  public String eventType() {
    return "io.reprise." + this + ".v1";
  }

  /** Where consumers put what they could not handle. */
  public String deadLetters() {
    return this + "-dlq";
  }

  /** @throws IllegalArgumentException unless it is the type of one of the topics */
  static Topic ofEventType(String type) {
    return Stream.of(values())
        .filter(topic -> topic.eventType().equals(type))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(
            "event type " + type + " is none of " + Arrays.toString(values())));
  }
}
