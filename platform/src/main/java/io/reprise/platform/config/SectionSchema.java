package io.reprise.platform.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.datastore.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which sections a file may hold, with which keys (config.md §4). What is not here makes the whole file unreadable. */
public final class SectionSchema {
  /** What is known of one key. */
  record Key(Values.Check check, boolean required, boolean repeated) {}

  /** What is known of one type of section. */
  record Type(Values.Check id, Map<String, Key> keys) {}

  private final Map<String, Type> types = new LinkedHashMap<>();
  private boolean uniqueIds;

  /** Makes it an error that two sections have one id, of whatever type: PBS takes the last, without a word. */
  SectionSchema withUniqueIds() {
    uniqueIds = true;
    return this;
  }

  boolean idsAreUnique() {
    return uniqueIds;
  }

  /** Adds a type of section; keys are added to what is returned. */
  public Keys section(String type, Values.Check id) {
    var keys = new LinkedHashMap<String, Key>();
    types.put(type, new Type(id, keys));
    return new Keys(keys);
  }

  Map<String, Type> types() {
    return types;
  }

  /**
   * A section as answers show it: booleans and numbers as such, repeated keys as arrays.
   *
   * @param idName what the section's id is called there, e.g. {@code userid}
   */
  public ObjectNode json(Section section, String idName) {
    ObjectNode json = Json.object().put(idName, section.id());
    Type type = types.get(section.type());
    section.properties().forEach((name, values) -> {
      Key key = type == null ? null : type.keys().get(name);
      if (key == null) {
        throw new IllegalStateException(section.type() + " has no property " + name);
      }
      if (key.repeated()) {
        ArrayNode array = json.putArray(name);
        values.forEach(array::add);
        return;
      }
      switch (key.check().kind()) {
        case TEXT -> json.put(name, values.getFirst());
        case FLAG -> json.put(name, Values.bool(values.getFirst()));
        case NUMBER -> json.put(name, Long.parseLong(values.getFirst()));
      }
    });
    return json;
  }

  /** Keys of one type of section. */
  public static final class Keys {
    private final Map<String, Key> keys;

    private Keys(Map<String, Key> keys) {
      this.keys = keys;
    }

    public Keys required(String name, Values.Check check) {
      keys.put(name, new Key(check, true, false));
      return this;
    }

    public Keys optional(String name, Values.Check check) {
      keys.put(name, new Key(check, false, false));
      return this;
    }

    public Keys repeated(String name, Values.Check check) {
      keys.put(name, new Key(check, false, true));
      return this;
    }
  }
}
