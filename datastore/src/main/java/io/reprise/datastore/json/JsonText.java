package io.reprise.datastore.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.datastore.BadFormat;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Writes one JSON text with the escapes that PBS uses: the shortest, and no others. */
final class JsonText {
  private static final Comparator<String> BY_BYTES = (a, b) -> Arrays.compareUnsigned(
      a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

  private final StringBuilder out = new StringBuilder();
  private final boolean pretty;
  private final boolean sorted;
  private boolean nullAllowed = true;

  JsonText(boolean pretty, boolean sorted) {
    this.pretty = pretty;
    this.sorted = sorted;
  }

  JsonText refusingNull() {
    nullAllowed = false;
    return this;
  }

  JsonText append(JsonNode node, int level) throws BadFormat {
    switch (node.getNodeType()) {
      case OBJECT -> appendObject(node, level);
      case ARRAY -> appendArray(node, level);
      case STRING -> quote(node.textValue());
      case NULL, MISSING -> {
        if (!nullAllowed) throw new BadFormat("JSON to be signed holds a null: remove that key");
        out.append("null");
      }
      default -> out.append(node.asText()); // numbers, true, false
    }
    return this;
  }

  private void appendObject(JsonNode node, int level) throws BadFormat {
    List<String> keys = new ArrayList<>(node.size());
    node.fieldNames().forEachRemaining(keys::add);
    if (sorted) keys.sort(BY_BYTES);
    out.append('{');
    String separator = "";
    for (String key : keys) {
      out.append(separator);
      breakLine(level + 1);
      quote(key);
      out.append(pretty ? ": " : ":");
      append(node.get(key), level + 1);
      separator = ",";
    }
    if (!keys.isEmpty()) breakLine(level);
    out.append('}');
  }

  private void appendArray(JsonNode node, int level) throws BadFormat {
    out.append('[');
    String separator = "";
    for (JsonNode element : node) {
      out.append(separator);
      breakLine(level + 1);
      append(element, level + 1);
      separator = ",";
    }
    if (!node.isEmpty()) breakLine(level);
    out.append(']');
  }

  private void breakLine(int level) {
    if (pretty) out.append('\n').repeat("  ", level);
  }

  private void quote(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\t' -> out.append("\\t");
        case '\n' -> out.append("\\n");
        case '\f' -> out.append("\\f");
        case '\r' -> out.append("\\r");
        default -> {
          if (c < 0x20) out.append("\\u00%02x".formatted((int) c));
          else out.append(c);
        }
      }
    }
    out.append('"');
  }

  byte[] utf8() throws BadFormat {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(out));
      return Arrays.copyOf(bytes.array(), bytes.limit());
    } catch (CharacterCodingException e) {
      throw new BadFormat("JSON holds half a surrogate pair, which is no character", e);
    }
  }
}
