package io.reprise.datastore.snapshot;

import io.reprise.datastore.InvalidName;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.chunk.SyncLevel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What of a {@code datastore.cfg} section matters on disk (datastore.md §12.2).
 *
 * @param name 3 to 32 characters
 * @param path absolute
 * @param maintenance null if none
 * @param floor free space below which new backups are refused
 */
public record DatastoreConfig(
    String name,
    Path path,
    SyncLevel syncLevel,
    @Nullable Maintenance maintenance,
    SpaceFloor floor) {
  public DatastoreConfig {
    SafeId.check("datastore name", name, 3, 32);
    if (!path.isAbsolute()) {
      throw new InvalidName("datastore path", path.toString(), "an absolute path");
    }
  }

  /** With PBS's defaults. */
  public static DatastoreConfig of(String name, Path path) {
    return new DatastoreConfig(name, path, SyncLevel.FILESYSTEM, null, SpaceFloor.DEFAULT);
  }
}
