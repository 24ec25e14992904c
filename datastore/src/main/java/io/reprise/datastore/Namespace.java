package io.reprise.datastore;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A namespace: at most seven components below the root (datastore.md §1.2). The root has none. */
public record Namespace(List<String> components) implements Comparable<Namespace> {
  public static final int MAX_DEPTH = 7;
  private static final int MAX_LENGTH = 256;
  public static final Namespace ROOT = new Namespace(List.of());

  public Namespace {
    components = List.copyOf(components);
    String text = String.join("/", components);
    if (components.size() > MAX_DEPTH || text.length() > MAX_LENGTH) {
      throw new InvalidName("namespace", text, "at most 7 components and 256 characters");
    }
    for (String component : components) {
      if (!SafeId.matches(component)) {
        throw new InvalidName("namespace component", component, "letters, digits, '.', '_' or '-'");
      }
    }
  }

  /** @param text components joined by {@code /}; empty is the root */
  public static Namespace parse(String text) {
    return text.isEmpty() ? ROOT : new Namespace(List.of(text.split("/", -1)));
  }

  public boolean isRoot() {
    return components.isEmpty();
  }

  public int depth() {
    return components.size();
  }

  /** True if {@link #child} takes the name: depth, length and letters allow it. */
  public boolean canHold(String name) {
    int length = toString().length();
    return SafeId.matches(name)
        && depth() < MAX_DEPTH
        && (length == 0 ? 0 : length + 1) + name.length() <= MAX_LENGTH;
  }

  public Namespace child(String name) {
    var longer = new ArrayList<>(components);
    longer.add(name);
    return new Namespace(longer);
  }

  /** @return null for the root */
  public @Nullable Namespace parent() {
    return isRoot() ? null : new Namespace(components.subList(0, components.size() - 1));
  }

  /** True if the other lies below this one, or is this one. */
  public boolean contains(Namespace other) {
    return other.depth() >= depth() && other.components.subList(0, depth()).equals(components);
  }

  /** {@code <base>/ns/a/ns/b}; the base itself for the root. */
  public Path below(Path base) {
    Path path = base;
    for (String component : components) {
      path = path.resolve("ns").resolve(component);
    }
    return path;
  }

  @Override
  public int compareTo(Namespace o) {
    for (int i = 0; i < Math.min(depth(), o.depth()); i++) {
      int order = components.get(i).compareTo(o.components.get(i));
      if (order != 0) return order;
    }
    return Integer.compare(depth(), o.depth());
  }

  /** {@code a/b}; empty for the root. */
  @Override
  public String toString() {
    return String.join("/", components);
  }
}
