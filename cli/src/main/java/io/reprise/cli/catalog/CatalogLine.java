package io.reprise.cli.catalog;

import io.reprise.datastore.FileName;
import io.reprise.datastore.catalog.CatalogEntry;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** An entry of a catalog in one line (cli.md §3.3): type, quoted path, and of files their size and time in UTC. */
final class CatalogLine {
  private CatalogLine() {}

  /** @param path from the catalog's root: the archive's name first */
  static String of(List<FileName> path, CatalogEntry entry) {
    var line = new StringBuilder().append(entry.type().letter()).append(" \"./");
    for (int i = 0; i < path.size(); i++) {
      if (i > 0) line.append('/');
      quote(line, path.get(i));
    }
    line.append('"');
    if (entry.type() == CatalogEntry.Type.FILE) {
      line.append(' ').append(Long.toUnsignedString(entry.size()));
      line.append(' ').append(time(entry.mtime()));
    }
    return line.toString();
  }

  private static String time(long seconds) {
    try {
      return Instant.ofEpochSecond(seconds).toString();
    } catch (DateTimeException beyondTheCalendar) {
      return Long.toString(seconds);
    }
  }

  /** Quotes, backslashes and what does not print are escaped, as are bytes that are no UTF-8. */
  private static void quote(StringBuilder line, FileName name) {
    byte[] bytes = name.bytes();
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notUtf8) {
      for (byte b : bytes) {
        if (b < ' ' || b == '"' || b == '\\' || b == 0x7f) {
          line.append(String.format(Locale.ROOT, "\\x%02X", b & 0xff));
        } else {
          line.append((char) b);
        }
      }
      return;
    }
    text.codePoints().forEach(c -> {
      switch (c) {
        case '"' -> line.append("\\\"");
        case '\\' -> line.append("\\\\");
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        case '\t' -> line.append("\\t");
        default -> {
          if (Character.isISOControl(c)) line.append(String.format(Locale.ROOT, "\\u{%x}", c));
          else line.appendCodePoint(c);
        }
      }
    });
  }
}
