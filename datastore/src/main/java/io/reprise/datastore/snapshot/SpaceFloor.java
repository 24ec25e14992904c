package io.reprise.datastore.snapshot;

import io.reprise.datastore.chunk.Reserve;
import io.reprise.datastore.os.FileSystemSpace;
import org.jspecify.annotations.Nullable;

/**
 * Free space that a datastore keeps. Below the floor new backups are refused; running ones go on to the reserve, a
 * quarter of it, which only prune, garbage collection and restores may use.
 *
 * @param bytes free bytes that a new backup needs to find
 * @param inodes free inodes that a new backup needs to find; ignored where the file system has no such limit
 */
public record SpaceFloor(long bytes, long inodes) {
  public static final SpaceFloor NONE = new SpaceFloor(0, 0);
  public static final SpaceFloor DEFAULT = new SpaceFloor(4L << 30, 100_000);

  public SpaceFloor {
    if (bytes < 0 || inodes < 0) throw new IllegalArgumentException("a floor is at least 0");
  }

  /** @return null if a new backup may begin, else why not */
  @Nullable
  String refusal(String store, FileSystemSpace space) {
    if (space.availableBytes() >= bytes
        && (!space.limitsInodes() || space.availableInodes() >= inodes)) return null;
    return "datastore '%s' takes no new backups: %d bytes and %d inodes are free, %d and %d are to be kept; prune and collect garbage, or enlarge the file system"
        .formatted(store, space.availableBytes(), space.availableInodes(), bytes, inodes);
  }

  /** Where running backups stop, too. */
  Reserve reserve() {
    return new Reserve(bytes / 4, inodes / 4);
  }
}
