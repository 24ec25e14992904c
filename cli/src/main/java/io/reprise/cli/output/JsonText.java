package io.reprise.cli.output;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.TreeMap;

/** JSON as PBS's programs print it: object keys in alphabetical order, one line or indented by two (cli.md §3.2). */
public final class JsonText {
  private final StringBuilder text = new StringBuilder();
  private final boolean pretty;

  private JsonText(boolean pretty) {
    this.pretty = pretty;
  }

  public static String compact(JsonNode node) {
    return new JsonText(false).append(node, 0).toString();
  }

  public static String pretty(JsonNode node) {
    return new JsonText(true).append(node, 0).toString();
  }

  private JsonText append(JsonNode node, int depth) {
    if (node.isObject()) {
      var sorted = new TreeMap<String, JsonNode>();
      node.properties().forEach(p -> sorted.put(p.getKey(), p.getValue()));
      text.append('{');
      boolean first = true;
      for (var property : sorted.entrySet()) {
        separate(first, depth + 1);
        string(property.getKey());
        text.append(pretty ? ": " : ":");
        append(property.getValue(), depth + 1);
        first = false;
      }
      if (!first) line(depth);
      text.append('}');
    } else if (node.isArray()) {
      text.append('[');
      boolean first = true;
      for (JsonNode element : node) {
        separate(first, depth + 1);
        append(element, depth + 1);
        first = false;
      }
      if (!first) line(depth);
      text.append(']');
    } else if (node.isTextual()) {
      string(node.textValue());
    } else {
      text.append(node);
    }
    return this;
  }

  private void separate(boolean first, int depth) {
    if (!first) text.append(',');
    line(depth);
  }

  private void line(int depth) {
    if (pretty) text.append('\n').append("  ".repeat(depth));
  }

  private void string(String value) {
    text.append('"');
    JsonStringEncoder.getInstance().quoteAsString(value, text);
    text.append('"');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
