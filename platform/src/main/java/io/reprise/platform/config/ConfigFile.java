package io.reprise.platform.config;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One file of sections: as it is now, and changed under its lock (config.md §3). */
public final class ConfigFile {
  /**
   * The file at one moment.
   *
   * @param sections not to be changed
   * @param digest what a caller gives back to change only what it has seen (protocol.md §1.7)
   */
  public record Version(SectionFile sections, String digest) {}

  private final ConfigDirectory directory;
  private final String name;
  private final Cached.Parser<SectionFile> parser;
  private final Cached<Version> current;

  public ConfigFile(ConfigDirectory directory, String name, SectionSchema schema) {
    this(directory, name, content -> SectionFile.parse(name, content, schema));
  }

  /** @param parser reads the file, and may add what is there even without a file */
  public ConfigFile(ConfigDirectory directory, String name, Cached.Parser<SectionFile> parser) {
    this.directory = directory;
    this.name = name;
    this.parser = parser;
    current = new Cached<>(
        directory,
        name,
        content -> new Version(parser.parse(content), ConfigDirectory.digest(content)));
  }

  /** @throws ConfigError if the file is broken, naming the line */
  public Version now() throws IOException {
    return current.get();
  }

  public SectionFile sections() throws IOException {
    return now().sections();
  }

  /** Changes the sections; what it throws leaves the file alone. */
  @FunctionalInterface
  public interface Edit {
    void apply(SectionFile sections) throws IOException;
  }

  /**
   * @param digest of the file that the caller has seen; null: whatever it is
   * @throws ConfigError if it is another file meanwhile, or the result could not be read again
   */
  public void change(@Nullable String digest, Edit edit) throws IOException {
    directory.change(name, content -> {
      ConfigDirectory.requireDigest(digest, content);
      SectionFile sections = parser.parse(content);
      edit.apply(sections);
      byte[] changed = sections.format();
      parser.parse(changed); // never write what cannot be read
      return changed;
    });
  }
}
