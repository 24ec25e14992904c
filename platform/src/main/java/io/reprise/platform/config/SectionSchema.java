package io.reprise.platform.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** Which sections a file may hold, with which keys (config.md §4). What is not here makes the whole file unreadable. */
public final class SectionSchema {
  /** What is known of one key. */
  record Key(Values.Check check, boolean required, boolean repeated) {}

  /** What is known of one type of section. */
  record Type(Values.Check id, Map<String, Key> keys) {}

  private final Map<String, Type> types = new LinkedHashMap<>();

  /** Adds a type of section; keys are added to what is returned. */
  public Keys section(String type, Values.Check id) {
    var keys = new LinkedHashMap<String, Key>();
    types.put(type, new Type(id, keys));
    return new Keys(keys);
  }

  Map<String, Type> types() {
    return types;
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
