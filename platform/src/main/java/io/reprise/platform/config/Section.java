package io.reprise.platform.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One section of a configuration file: {@code type: id} and its properties, which PBS writes in byte order. */
public final class Section {
  private final String type;
  private final String id;
  private final TreeMap<String, List<String>> properties = new TreeMap<>();

  public Section(String type, String id) {
    this.type = type;
    this.id = id;
  }

  public String type() {
    return type;
  }

  public String id() {
    return id;
  }

  /** @return null if it is not set */
  public @Nullable String get(String key) {
    List<String> values = properties.get(key);
    return values == null ? null : values.getFirst();
  }

  public String get(String key, String otherwise) {
    String value = get(key);
    return value == null ? otherwise : value;
  }

  public boolean is(String key, boolean otherwise) {
    String value = get(key);
    return value == null ? otherwise : Values.bool(value);
  }

  /** All values of a repeated key, in order. */
  public List<String> all(String key) {
    return properties.getOrDefault(key, List.of());
  }

  /** Sets a value; null unsets it. */
  public Section set(String key, @Nullable String value) {
    if (value == null) properties.remove(key);
    else properties.put(key, List.of(value));
    return this;
  }

  public Section setAll(String key, List<String> values) {
    if (values.isEmpty()) properties.remove(key);
    else properties.put(key, List.copyOf(values));
    return this;
  }

  void add(String key, String value) {
    properties.computeIfAbsent(key, k -> new ArrayList<>()).add(value);
  }

  public Map<String, List<String>> properties() {
    return Collections.unmodifiableMap(properties);
  }

  /** A copy that can be changed without changing this one. */
  public Section copy() {
    var copy = new Section(type, id);
    properties.forEach((key, values) -> copy.properties.put(key, List.copyOf(values)));
    return copy;
  }
}
