package io.reprise.datastore.pxar;

import io.reprise.datastore.FileName;
import org.jspecify.annotations.Nullable;

/**
 * A name in an archive and what it stands for (datastore.md §4.3).
 *
 * @param name checked: no path, no dots; empty for the root
 * @param metadata null for a hard link, which shares its target's
 */
public record PxarEntry(FileName name, @Nullable Metadata metadata, Kind kind)
    implements PxarEvent {
  /** What it is. */
  public sealed interface Kind {
    record Directory() implements Kind {}

    /**
     * @param offset where its content begins in the archive
     * @param size bytes
     */
    record RegularFile(long offset, long size) implements Kind {}

    /** @param target verbatim: may be anything, for whoever follows it to check */
    record Symlink(FileName target) implements Kind {}

    /**
     * Another name of an earlier regular file.
     *
     * @param target path from the archive's root, as stored: each part is to be checked by whoever uses it
     * @param distance how far before this link's own record the target's lies
     */
    record Hardlink(FileName target, long distance) implements Kind {}

    /** @param block block device, else character device */
    record Device(boolean block, long major, long minor) implements Kind {}

    record Fifo() implements Kind {}

    record Socket() implements Kind {}
  }

  public boolean isDirectory() {
    return kind instanceof Kind.Directory;
  }
}
