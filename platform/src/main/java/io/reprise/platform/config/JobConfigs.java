package io.reprise.platform.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.InvalidName;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files of jobs that work on a datastore (config.md §4.7). */
public final class JobConfigs {
  /** Which file. */
  public enum File {
    PRUNE("prune.cfg", "prune", Schemas.PRUNE),
    VERIFICATION("verification.cfg", "verification", Schemas.VERIFICATION),
    SYNC("sync.cfg", "sync", Schemas.SYNC),
    TAPE("tape-job.cfg", "backup", Schemas.TAPE_JOB);

    private final String name;
    private final String section;
    private final SectionSchema schema;

    File(String name, String section, SectionSchema schema) {
      this.name = name;
      this.section = section;
      this.schema = schema;
    }
  }

  private final Map<File, ConfigFile> files = new EnumMap<>(File.class);

  public JobConfigs(ConfigDirectory directory) {
    for (File file : File.values()) {
      files.put(file, new ConfigFile(directory, file.name, file.schema));
    }
  }

  private ConfigFile file(File which) {
    ConfigFile file = files.get(which);
    if (file == null) throw new AssertionError(which);
    return file;
  }

  /** @throws InvalidName if there is a job of that id */
  public void add(File which, Section job) throws IOException {
    file(which).change(null, sections -> {
      if (sections.contains(job.id())) {
        throw new InvalidName("job", job.id(), "a name that does not exist yet");
      }
      sections.put(job);
    });
  }

  /** The file as it is now. */
  public ConfigFile.Version now(File which) throws IOException {
    return file(which).now();
  }

  /** @return null if there is no job of that id */
  public @Nullable Section find(File which, String id) throws IOException {
    return file(which).sections().find(which.section, id);
  }

  /** The settings of a job as answers show them, its id as {@code id}. */
  public static ObjectNode json(File which, Section job) {
    return which.schema.json(job, "id");
  }

  /**
   * Changes one job.
   *
   * @param digest of the file that the caller has seen; null: whatever it is
   * @throws InvalidName if there is no job of that id
   */
  public void update(File which, String id, @Nullable String digest, Datastores.Edit edit)
      throws IOException {
    file(which).change(digest, sections -> edit.apply(existing(which, sections, id)));
  }

  /** @throws InvalidName if there is no job of that id */
  public void remove(File which, String id, @Nullable String digest) throws IOException {
    file(which)
        .change(
            digest, sections -> sections.remove(existing(which, sections, id).id()));
  }

  private static Section existing(File which, SectionFile sections, String id) {
    Section job = sections.find(which.section, id);
    if (job == null) throw new InvalidName("job", id, "one that exists");
    return job;
  }

  /** A new section of the right type for that file. */
  public static Section section(File which, String id) {
    return new Section(which.section, id);
  }

  /**
   * Removes the jobs of a datastore.
   *
   * @return their ids
   */
  public List<String> removeOf(File which, String store) throws IOException {
    List<String> ids = idsOf(file(which).sections(), store);
    if (!ids.isEmpty()) {
      file(which).change(null, sections -> idsOf(sections, store).forEach(sections::remove));
    }
    return ids;
  }

  private static List<String> idsOf(SectionFile sections, String store) {
    return sections.sections().stream()
        .filter(job -> store.equals(job.get("store")))
        .map(Section::id)
        .toList();
  }
}
