package io.reprise.gc.references;

/**
 * Where an index file belongs: one archive of one backup group through time. Neighbours in time share most of their
 * chunks, so the counts of a new one follow from the difference to them.
 *
 * @param group {@code [ns/a/…/]type/id}; empty for an index file outside the expected scheme
 * @param archive file name, e.g. {@code drive-scsi0.img.fidx}; the path for one outside the scheme
 * @param time of the snapshot, seconds since 1970; 0 outside the scheme
 */
public record Place(String group, String archive, long time) {
  /** An index file outside the expected scheme has no neighbours. */
  public static Place outside(String path) {
    return new Place("", path, 0);
  }
}
