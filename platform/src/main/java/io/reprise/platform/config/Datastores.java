package io.reprise.platform.config;

import io.reprise.datastore.chunk.SyncLevel;
import io.reprise.datastore.snapshot.DatastoreConfig;
import io.reprise.datastore.snapshot.Maintenance;
import io.reprise.datastore.snapshot.SpaceFloor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The datastores of {@code datastore.cfg}, with what {@code reprise.cfg} adds to each (datastore.md §12.2). */
public final class Datastores {
  static final String FILE = "datastore.cfg";
  private static final String TYPE = "datastore";

  private final Cached<SectionFile> pbs;
  private final RepriseConfig own;

  public Datastores(ConfigDirectory directory, RepriseConfig own) {
    pbs = new Cached<>(
        directory, FILE, content -> SectionFile.parse(FILE, content, Schemas.DATASTORE));
    this.own = own;
  }

  /** As their sections, in the file's order. Not to be changed. */
  public List<Section> sections() throws IOException {
    return pbs.get().sections(TYPE);
  }

  /** @return null if there is none of that name */
  public @Nullable Section section(String name) throws IOException {
    return pbs.get().find(TYPE, name);
  }

  /** @return null if there is none of that name */
  public @Nullable DatastoreConfig find(String name) throws IOException {
    Section section = section(name);
    return section == null ? null : config(section, own.floor(name));
  }

  static DatastoreConfig config(Section section, SpaceFloor floor) {
    String tuning = section.get("tuning", "");
    String maintenance = section.get("maintenance-mode", "");
    return new DatastoreConfig(
        section.id(),
        Path.of(section.get("path", "")),
        SyncLevel.parse(
            PropertyString.parse(tuning, null).getOrDefault("sync-level", "filesystem")),
        Maintenance.of(PropertyString.parse(maintenance, "type")),
        floor);
  }
}
