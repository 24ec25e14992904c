package io.reprise.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.terminal.Surroundings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A table of JSON objects, one row each: which member or computed text stands in which column. */
public final class Listing {
  private record Column(String header, boolean right, Function<JsonNode, @Nullable String> text) {}

  private final List<Column> columns = new ArrayList<>();
  private @Nullable Comparator<JsonNode> order;

  /** A member as it is; empty when missing or null. */
  public Listing text(String name) {
    return left(name, row -> member(row, name));
  }

  public Listing number(String name) {
    return right(name, row -> member(row, name));
  }

  /** Booleans show as 1 and 0. */
  public Listing flag(String name, boolean whenMissing) {
    return right(name, row -> row.path(name).asBoolean(whenMissing) ? "1" : "0");
  }

  public Listing left(String header, Function<JsonNode, @Nullable String> text) {
    columns.add(new Column(header, false, text));
    return this;
  }

  public Listing right(String header, Function<JsonNode, @Nullable String> text) {
    columns.add(new Column(header, true, text));
    return this;
  }

  public Listing sorted(Comparator<JsonNode> by) {
    order = by;
    return this;
  }

  public Listing sortedBy(String member) {
    return sorted(Comparator.comparing(row -> row.path(member).asText()));
  }

  /** @param rows an array of objects */
  public void print(Surroundings at, Iterable<JsonNode> rows) {
    var table = new Table();
    for (Column column : columns) {
      if (column.right) table.right(column.header);
      else table.left(column.header);
    }
    var all = new ArrayList<JsonNode>();
    rows.forEach(all::add);
    if (order != null) all.sort(order);
    for (JsonNode row : all) {
      table.row(columns.stream().map(c -> c.text.apply(row)).toArray(String[]::new));
    }
    table.print(at);
  }

  /** Text of a member; null if it is missing or null. */
  public static @Nullable String member(JsonNode row, String name) {
    JsonNode value = row.path(name);
    if (value.isMissingNode() || value.isNull()) return null;
    return value.isValueNode() ? value.asText() : JsonText.compact(value);
  }

  /** All members of one object in two columns, in the order of their names. */
  public static void printObject(Surroundings at, JsonNode object) {
    Table table = Table.ofObject();
    object.properties().stream()
        .map(e -> e.getKey())
        .sorted()
        .forEach(name -> table.row(name, member(object, name)));
    table.print(at);
  }
}
