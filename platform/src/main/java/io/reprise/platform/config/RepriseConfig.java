package io.reprise.platform.config;

import io.reprise.datastore.snapshot.SpaceFloor;
import java.io.IOException;
import java.time.Duration;

/** {@code reprise.cfg}: settings that PBS does not know, in PBS's syntax. */
public final class RepriseConfig {
  private static final String FILE = "reprise.cfg";

  private final Cached<SectionFile> file;

  public RepriseConfig(ConfigDirectory directory) {
    file =
        new Cached<>(directory, FILE, content -> SectionFile.parse(FILE, content, Schemas.REPRISE));
  }

  /** Free space below which a datastore takes no new backups. */
  public SpaceFloor floor(String datastore) throws IOException {
    Section section = file.get().find("datastore", datastore);
    if (section == null) return SpaceFloor.DEFAULT;
    String bytes = section.get("floor-bytes");
    String inodes = section.get("floor-inodes");
    return new SpaceFloor(
        bytes == null ? SpaceFloor.DEFAULT.bytes() : Long.parseLong(bytes),
        inodes == null ? SpaceFloor.DEFAULT.inodes() : Long.parseLong(inodes));
  }

  /** Undelete window and cutoff. */
  public GarbageSettings garbage(String datastore) throws IOException {
    Section section = file.get().find("datastore", datastore);
    if (section == null) return GarbageSettings.DEFAULT;
    return new GarbageSettings(
        seconds(section, "undelete-window", GarbageSettings.DEFAULT.undelete()),
        seconds(section, "gc-cutoff", GarbageSettings.DEFAULT.grace()));
  }

  /** The background scrub. */
  public ScrubSettings scrub(String datastore) throws IOException {
    Section section = file.get().find("datastore", datastore);
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
