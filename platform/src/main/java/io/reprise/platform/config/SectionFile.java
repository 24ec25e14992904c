package io.reprise.platform.config;

import io.reprise.datastore.InvalidName;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sections of one file in their order (config.md §3.1). Reading is as strict as PBS's: one bad line, and the whole file
 * is refused with its number, so that nothing is lost by writing back half of it.
 */
public final class SectionFile {
  private final Map<String, Section> sections = new LinkedHashMap<>();

  /** @throws ConfigError naming the file and the line */
  public static SectionFile parse(String fileName, byte[] content, SectionSchema schema)
      throws ConfigError {
    var file = new SectionFile();
    Section section = null;
    int number = 0;
    for (String line : decode(fileName, content).split("\n", -1)) {
      number++;
      try {
        if (line.isBlank()) {
          if (section != null) requireAll(section, schema);
          section = null;
        } else if (section != null && Character.isWhitespace(line.charAt(0))) {
          property(section, line, schema);
        } else if (section == null) {
          section = header(line, schema);
          if (schema.idsAreUnique() && file.contains(section.id())) {
            throw new InvalidName(
                "section", section.type() + ": " + section.id(), "an id that no section above has");
          }
          file.sections.put(section.id(), section); // in PBS's files the last wins, as for PBS
        } else {
          throw new InvalidName(
              "line", line, "a property, indented, or an empty line before the next section");
        }
      } catch (InvalidName wrong) {
        throw new ConfigError(
            "parsing \"" + fileName + "\" failed: line " + number + " - " + wrong.getMessage());
      }
    }
    if (section != null) {
      try {
        requireAll(section, schema);
      } catch (InvalidName wrong) {
        throw new ConfigError(
            "parsing \"" + fileName + "\" failed: line " + number + " - " + wrong.getMessage());
      }
    }
    return file;
  }

  private static String decode(String fileName, byte[] content) throws ConfigError {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(content))
          .toString();
    } catch (CharacterCodingException e) {
      throw new ConfigError("parsing \"" + fileName + "\" failed: it is not UTF-8");
    }
  }

  private static Section header(String line, SectionSchema schema) {
    int colon = line.indexOf(':');
    if (colon < 0 || !Character.isLetter(line.charAt(0))) {
      throw new InvalidName(
          "line", line, "'type: id' at the beginning of a section; there are no comments");
    }
    String type = line.substring(0, colon).strip();
    String id = line.substring(colon + 1).strip();
    var known = schema.types().get(type);
    if (known == null) {
      throw new InvalidName(
          "section type", type, "one of " + String.join(", ", schema.types().keySet()));
    }
    return new Section(type, known.id().canonical(id));
  }

  private static void property(Section section, String line, SectionSchema schema) {
    String text = line.stripLeading();
    int end = 0;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) end++;
    String name = text.substring(0, end);
    if (end == text.length()) {
      throw new InvalidName("property", name, "a value behind the key");
    }
    set(section, name, text.substring(end).strip(), schema);
  }

  private static void set(Section section, String name, String value, SectionSchema schema) {
    var known = schema.types().get(section.type());
    var key = known == null ? null : known.keys().get(name);
    if (key == null) {
      throw new InvalidName("property", name, "a key that a " + section.type() + " has");
    }
    if (!key.repeated() && section.get(name) != null) {
      throw new InvalidName("property", name, "each key once");
    }
    try {
      section.add(name, key.check().canonical(value));
    } catch (InvalidName wrong) {
      throw new InvalidName("property " + name, value, "a valid value: " + wrong.getMessage());
    }
  }

  private static void requireAll(Section section, SectionSchema schema) {
    var known = schema.types().get(section.type());
    if (known == null) return;
    known.keys().forEach((name, key) -> {
      if (key.required() && section.get(name) == null) {
        throw new InvalidName(section.type(), section.id(), "the property " + name);
      }
    });
  }

  public Collection<Section> sections() {
    return sections.values();
  }

  /** Sections of one type, in the file's order. */
  public List<Section> sections(String type) {
    return sections.values().stream().filter(s -> s.type().equals(type)).toList();
  }

  /** @return null if there is none of that type and id */
  public @Nullable Section find(String type, String id) {
    Section section = sections.get(id);
    return section != null && section.type().equals(type) ? section : null;
  }

  /** True if any section has that id, of whatever type. */
  public boolean contains(String id) {
    return sections.containsKey(id);
  }

  /** Adds a section at the end, or puts it in the place of the one with its id. */
  public void put(Section section) {
    sections.put(section.id(), section);
  }

  public void remove(String id) {
    sections.remove(id);
  }

  /** As PBS writes it: one tab before each property, keys in byte order, an empty line between sections. */
  public byte[] format() {
    var blocks = new ArrayList<String>();
    for (Section section : sections.values()) {
      var block = new StringBuilder(section.type() + ": " + section.id() + "\n");
      section.properties().forEach((key, values) -> {
        for (String value : values)
          block.append('\t').append(key).append(' ').append(value).append('\n');
      });
      blocks.add(block.toString());
    }
    return String.join("\n", blocks).getBytes(StandardCharsets.UTF_8);
  }
}
