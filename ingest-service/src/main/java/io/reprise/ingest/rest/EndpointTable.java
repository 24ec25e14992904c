package io.reprise.ingest.rest;

import io.reprise.ingest.rest.Endpoint.Method;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All endpoints as a tree of path components; a fixed component wins over a variable. */
final class EndpointTable {
  private final List<Endpoint> endpoints;
  private final Node root = new Node();

  EndpointTable(List<Endpoint> endpoints) {
    this.endpoints = List.copyOf(endpoints);
    for (Endpoint endpoint : this.endpoints) {
      Node node = root;
      for (String component : endpoint.path().substring(1).split("/")) {
        node = component.startsWith("{") ? node.variable(component) : node.fixed(component);
      }
      if (node.methods.put(endpoint.method(), endpoint) != null) {
        throw new IllegalStateException(
            endpoint.method() + " " + endpoint.path() + " is in the table twice");
      }
    }
  }

  List<Endpoint> endpoints() {
    return endpoints;
  }

  /** What a path and method lead to. */
  sealed interface Match {
    record Found(Endpoint endpoint, Map<String, String> variables) implements Match {}

    /** GET on an inner node: the fixed names below it. */
    record Directory(List<String> names) implements Match {}

    record Nothing() implements Match {}
  }

  /** @param components decoded, without empty ones */
  Match match(@Nullable Method method, List<String> components) {
    Node node = root;
    var variables = new HashMap<String, String>();
    for (String component : components) {
      Node next = node.fixed.get(component);
      if (next == null && node.variable != null) {
        next = node.variable;
        variables.put(node.variableName, component);
      }
      if (next == null) return new Match.Nothing();
      node = next;
    }
    Endpoint endpoint = method == null ? null : node.methods.get(method);
    if (endpoint != null) return new Match.Found(endpoint, variables);
    if (method == Method.GET && node.isDirectory()) {
      return new Match.Directory(new ArrayList<>(node.fixed.keySet()));
    }
    return new Match.Nothing();
  }

  private static final class Node {
    final Map<String, Node> fixed = new TreeMap<>();
    final Map<Method, Endpoint> methods = new EnumMap<>(Method.class);

    @Nullable
    Node variable;

    String variableName = "";

    boolean isDirectory() {
      return !fixed.isEmpty();
    }

    Node fixed(String name) {
      return fixed.computeIfAbsent(name, n -> new Node());
    }

    Node variable(String braced) {
      String name = braced.substring(1, braced.length() - 1);
      Node node = variable;
      if (node == null) {
        node = new Node();
        variable = node;
        variableName = name;
      } else if (!variableName.equals(name)) {
        throw new IllegalStateException(
            "{" + variableName + "} and {" + name + "} name the same path component");
      }
      return node;
    }
  }
}
