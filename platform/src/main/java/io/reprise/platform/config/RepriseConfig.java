package io.reprise.platform.config;

import io.reprise.datastore.snapshot.SpaceFloor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code reprise.cfg}: settings that PBS does not know, in PBS's syntax. */
public final class RepriseConfig {
  private static final String FILE = "reprise.cfg";

  private static final String CATEGORY_JOB = "category-job";

  private final ConfigFile file;

  public RepriseConfig(ConfigDirectory directory) {
    file = new ConfigFile(directory, FILE, Schemas.REPRISE);
  }

  /** The file as it is. */
  public ConfigFile.Version now() throws IOException {
    return file.now();
  }

  /** @param digest of the file that the caller has seen; null: whatever it is */
  public void change(@Nullable String digest, ConfigFile.Edit edit) throws IOException {
    file.change(digest, edit);
  }

  /** Sections of type {@code category}, in the file's order. */
  public List<Section> categories() throws IOException {
    return file.sections().sections("category");
  }

  /** Whether a prune job of a datastore goes by categories: PBS's file has no place for that. */
  public boolean usesCategories(String datastore, String job) throws IOException {
    Section section = file.sections().find("datastore", datastore);
    return section != null && section.all(CATEGORY_JOB).contains(job);
  }

  public void useCategories(String datastore, String job, boolean use) throws IOException {
    if (usesCategories(datastore, job) == use) return;
    file.change(null, sections -> {
      Section known = sections.find("datastore", datastore);
      if (known == null && sections.contains(datastore)) {
        throw new ConfigError(
            FILE
                + " has a category '"
                + datastore
                + "', and the datastore needs a section of that name: make the category anew under another");
      }
      Section section = known == null ? new Section("datastore", datastore) : known;
      var jobs = new ArrayList<>(section.all(CATEGORY_JOB));
      jobs.remove(job);
      if (use) jobs.add(job);
      sections.put(section.setAll(CATEGORY_JOB, jobs));
    });
  }

  /** Free space below which a datastore takes no new backups. */
  public SpaceFloor floor(String datastore) throws IOException {
    Section section = file.sections().find("datastore", datastore);
    if (section == null) return SpaceFloor.DEFAULT;
    String bytes = section.get("floor-bytes");
    String inodes = section.get("floor-inodes");
    return new SpaceFloor(
        bytes == null ? SpaceFloor.DEFAULT.bytes() : Long.parseLong(bytes),
        inodes == null ? SpaceFloor.DEFAULT.inodes() : Long.parseLong(inodes));
  }

  /** Undelete window and cutoff. */
  public GarbageSettings garbage(String datastore) throws IOException {
    Section section = file.sections().find("datastore", datastore);
    if (section == null) return GarbageSettings.DEFAULT;
    return new GarbageSettings(
        seconds(section, "undelete-window", GarbageSettings.DEFAULT.undelete()),
        seconds(section, "gc-cutoff", GarbageSettings.DEFAULT.grace()));
  }

  /** The background scrub. */
  public ScrubSettings scrub(String datastore) throws IOException {
    Section section = file.sections().find("datastore", datastore);
    if (section == null) return ScrubSettings.OFF;
    String days = section.get("scrub-days");
    return new ScrubSettings(
        Long.parseLong(section.get("scrub-rate", "0")) * 1_000_000,
        days == null ? ScrubSettings.OFF.interval() : Duration.ofDays(Long.parseLong(days)));
  }

  private static Duration seconds(Section section, String key, Duration otherwise) {
    String value = section.get(key);
    return value == null ? otherwise : Duration.ofSeconds(Long.parseLong(value));
  }
}
