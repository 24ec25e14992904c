package io.reprise.platform.config;

import io.reprise.datastore.InvalidName;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code key=value,key2="quoted, value"} with an optional default key (datastore.md §12.1). */
public final class PropertyString {
  private PropertyString() {}

  /**
   * @param defaultKey the key of a first part without {@code =}; null if there is none
   * @throws InvalidName if a part has no key, a key comes twice, or a quote does not end
   */
  public static Map<String, String> parse(String text, @Nullable String defaultKey) {
    var values = new LinkedHashMap<String, String>();
    int at = 0;
    while (at < text.length()) {
      int equals = text.indexOf('=', at);
      int comma = text.indexOf(',', at);
      String key;
      if (equals >= 0 && (comma < 0 || equals < comma)) {
        key = text.substring(at, equals).strip();
        at = equals + 1;
      } else if (defaultKey != null) {
        key = defaultKey;
      } else {
        throw new InvalidName("properties", text, "key=value, separated by commas");
      }
      var value = new StringBuilder();
      at = value(text, at, value);
      if (values.put(key, value.toString()) != null) {
        throw new InvalidName("properties", text, "each key once");
      }
    }
    return values;
  }

  /** @return where the next part begins */
  private static int value(String text, int start, StringBuilder value) {
    if (start >= text.length() || text.charAt(start) != '"') {
      int comma = text.indexOf(',', start);
      int end = comma < 0 ? text.length() : comma;
      value.append(text, start, end);
      return end + 1;
    }
    for (int i = start + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        if (i + 1 < text.length() && text.charAt(i + 1) != ',') break;
        return i + 2;
      }
      if (c == '\\' && i + 1 < text.length()) {
        i++;
        value.append(text.charAt(i) == 'n' ? '\n' : text.charAt(i));
      } else {
        value.append(c);
      }
    }
    throw new InvalidName("properties", text, "a closing quote before the next comma");
  }
}
