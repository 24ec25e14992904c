package io.reprise.datastore.chunk;

import io.reprise.datastore.InvalidName;

/** What is on the disk when a backup is acknowledged (datastore.md §11.4, tuning {@code sync-level}). */
public enum SyncLevel {
  /** Nothing is promised. */
  NONE,
  /** One flush of the whole file system at the end of each backup; PBS's default. */
  FILESYSTEM,
  /** Each chunk, index, blob and directory is flushed as it is made. */
  FILE;

  /** @throws InvalidName unless {@code none}, {@code filesystem} or {@code file} */
  public static SyncLevel parse(String text) {
    return switch (text) {
      case "none" -> NONE;
      case "filesystem" -> FILESYSTEM;
      case "file" -> FILE;
      default -> throw new InvalidName("sync-level", text, "none, filesystem or file");
    };
  }

  @Override
  public String toString() {
    return switch (this) {
      case NONE -> "none";
      case FILESYSTEM -> "filesystem";
      case FILE -> "file";
    };
  }
}
