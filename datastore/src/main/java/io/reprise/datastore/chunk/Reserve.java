package io.reprise.datastore.chunk;

import io.reprise.datastore.os.FileSystemSpace;

/**
 * What inserting chunks leaves free, so that prune and garbage collection have room to work.
 *
 * @param inodes ignored where the file system has no such limit
 */
public record Reserve(long bytes, long inodes) {
  public static final Reserve NONE = new Reserve(0, 0);

  boolean isLeft(FileSystemSpace space) {
    return space.availableBytes() >= bytes
        && (!space.limitsInodes() || space.availableInodes() >= inodes);
  }
}
