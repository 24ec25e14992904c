package io.reprise.platform.config;

import io.reprise.datastore.InvalidName;
import io.reprise.datastore.chunk.SyncLevel;
import io.reprise.datastore.snapshot.DatastoreConfig;
import io.reprise.datastore.snapshot.Maintenance;
import io.reprise.datastore.snapshot.SpaceFloor;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The datastores of {@code datastore.cfg}, with what {@code reprise.cfg} adds to each (datastore.md §12.2). */
public final class Datastores {
  private static final String TYPE = "datastore";

  private final ConfigFile file;
  private final RepriseConfig own;

  public Datastores(ConfigDirectory directory, RepriseConfig own) {
    file = new ConfigFile(directory, "datastore.cfg", Schemas.DATASTORE);
    this.own = own;
  }

  /** The file as it is, in sections of type {@code datastore}. */
  public ConfigFile.Version now() throws IOException {
    return file.now();
  }

  /** @return null if there is none of that name */
  public @Nullable Section section(String name) throws IOException {
    return file.sections().find(TYPE, name);
  }

  /** @return null if there is none of that name */
  public @Nullable DatastoreConfig find(String name) throws IOException {
    Section section = section(name);
    return section == null ? null : config(section);
  }

  /** What a section means on disk. */
  public DatastoreConfig config(Section section) throws IOException {
    SpaceFloor floor = own.floor(section.id());
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

  /**
   * Adds a datastore that is on disk already.
   *
   * @throws InvalidName if there is one of that name
   */
  public void add(Section section) throws IOException {
    file.change(null, sections -> {
      requireNew(sections, section.id());
      sections.put(section);
    });
  }

  /** @throws InvalidName if there is one of that name */
  public void requireNew(String name) throws IOException {
    requireNew(file.sections(), name);
  }

  private static void requireNew(SectionFile sections, String name) {
    if (sections.contains(name)) {
      throw new InvalidName("datastore", name, "a name that does not exist yet");
    }
  }

  /** Changes one section. */
  @FunctionalInterface
  public interface Edit {
    void apply(Section section) throws IOException;
  }

  /**
   * @param digest of the file that the caller has seen; null: whatever it is
   * @throws InvalidName if there is none of that name
   */
  public void update(String name, @Nullable String digest, Edit edit) throws IOException {
    file.change(digest, sections -> {
      Section section = sections.find(TYPE, name);
      if (section == null) throw new InvalidName("datastore", name, "one that exists");
      edit.apply(section);
    });
  }

  /** Takes a datastore out of the file; its data stays. */
  public void remove(String name) throws IOException {
    file.change(null, sections -> sections.remove(name));
  }
}
