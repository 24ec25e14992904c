package io.reprise.datastore.prune;

/** What becomes of a snapshot (datastore.md §8.1). */
public enum Mark {
  KEEP,
  /** Unfinished, but the newest of its group: perhaps still being written. */
  KEEP_PARTIAL,
  REMOVE,
  PROTECTED;

  public boolean keeps() {
    return this != REMOVE;
  }

  @Override
  public String toString() {
    return switch (this) {
      case KEEP -> "keep";
      case KEEP_PARTIAL -> "keep-partial";
      case REMOVE -> "remove";
      case PROTECTED -> "protected";
    };
  }
}
