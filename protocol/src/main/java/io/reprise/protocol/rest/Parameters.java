package io.reprise.protocol.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Parameters of one call, in the order given. Sent as query or as JSON, as the real client does (protocol.md §1.5); null
 * values are left out.
 */
public final class Parameters {
  private final ObjectNode values = JsonNodeFactory.instance.objectNode();

  public static Parameters none() {
    return new Parameters();
  }

  public static Parameters of(String name, @Nullable String value) {
    return none().with(name, value);
  }

  public Parameters with(String name, @Nullable String value) {
    if (value != null) values.put(name, value);
    return this;
  }

  public Parameters with(String name, long value) {
    values.put(name, value);
    return this;
  }

  public Parameters with(String name, boolean value) {
    values.put(name, value);
    return this;
  }

  /** A list: repeated in a query, an array in JSON. */
  public Parameters with(String name, Collection<String> list) {
    var array = values.putArray(name);
    list.forEach(array::add);
    return this;
  }

  /** The namespace, left out for the root. */
  public Parameters withNamespace(io.reprise.datastore.Namespace ns) {
    return with("ns", ns.isRoot() ? null : ns.toString());
  }

  /** {@code backup-type}, {@code backup-id}. */
  public Parameters with(io.reprise.datastore.GroupId group) {
    return with("backup-type", group.type().toString()).with("backup-id", group.id());
  }

  /** {@code backup-type}, {@code backup-id}, {@code backup-time}. */
  public Parameters with(io.reprise.datastore.SnapshotId snapshot) {
    return with(snapshot.group()).with("backup-time", snapshot.time());
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** Form encoding: {@code a=1&b=x+y}; empty without parameters. */
  public String query() {
    var query = new StringBuilder();
    values.properties().forEach(e -> {
      if (e.getValue().isArray()) e.getValue().forEach(v -> add(query, e.getKey(), v));
      else add(query, e.getKey(), e.getValue());
    });
    return query.toString();
  }

  /** The JSON object; changes to it change these parameters. */
  public ObjectNode json() {
    return values;
  }

  private static void add(StringBuilder query, String name, JsonNode value) {
    if (!query.isEmpty()) query.append('&');
    query
        .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
        .append('=')
        .append(URLEncoder.encode(value.asText(), StandardCharsets.UTF_8));
  }
}
