package io.reprise.datastore.chunk;

import java.io.IOException;
import java.nio.file.Path;

/** The datastore's file system has no room for what was to be written. */
public final class StoreFull extends IOException {
  public StoreFull(Path store, String what, long availableBytes, long availableInodes) {
    super("datastore "
        + store
        + " is full: no room for "
        + what
        + " ("
        + availableBytes
        + " bytes and "
        + availableInodes
        + " inodes free); prune and collect garbage, or enlarge the file system");
  }
}
