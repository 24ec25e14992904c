package io.reprise.ingest.upgrade;

import io.reprise.ingest.rest.Endpoint.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The calls of a session by method and path. */
final class StreamTable {
  private final Map<String, StreamEndpoint> rows = new HashMap<>();
  private final List<String> names;
  private final boolean uploads;

  StreamTable(List<StreamEndpoint> endpoints) {
    var sorted = new TreeSet<String>();
    for (StreamEndpoint endpoint : endpoints) {
      sorted.add(endpoint.name());
      if (rows.put(key(endpoint.method().name(), endpoint.name()), endpoint) != null) {
        throw new IllegalStateException(endpoint.method() + " " + endpoint.name() + " twice");
      }
    }
    names = List.copyOf(sorted);
    uploads = endpoints.stream().anyMatch(e -> e.work() instanceof StreamEndpoint.Work.Upload);
  }

  /** @param path as sent, undecoded, without query; empty components do not count */
  @Nullable
  StreamEndpoint find(CharSequence method, String path) {
    int start = 0;
    int end = path.length();
    while (start < end && path.charAt(start) == '/') start++;
    while (end > start && path.charAt(end - 1) == '/') end--;
    return rows.get(key(method.toString(), path.substring(start, end)));
  }

  static boolean isRoot(CharSequence method, String path) {
    return Method.GET.name().contentEquals(method) && path.chars().allMatch(c -> c == '/');
  }

  private static String key(String method, String name) {
    return method + " " + name;
  }

  /** The paths, in order. */
  List<String> names() {
    return names;
  }

  /** True if some call takes a raw body. */
  boolean uploads() {
    return uploads;
  }
}
