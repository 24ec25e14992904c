package io.reprise.gc.references;

import java.time.Instant;

/**
 * An index file as a listing saw it.
 *
 * @param path within the datastore
 * @param modified to the nanosecond, as the file server says
 */
public record FoundIndex(String path, long inode, long size, Instant modified) {
  /** True unless the file was replaced or written to since. */
  public boolean isSameFile(FoundIndex other) {
    return inode == other.inode && size == other.size && modified.equals(other.modified);
  }
}
