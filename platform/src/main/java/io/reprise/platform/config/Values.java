package io.reprise.platform.config;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.calendar.CalendarEvent;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What values of configuration keys must look like, and how they are written back (config.md §3.1). */
public final class Values {
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  /** What a value is in JSON. */
  public enum Kind {
    TEXT,
    FLAG,
    NUMBER
  }

  /** Takes a value, returns it as it is to be written, or throws {@link InvalidName}. */
  @FunctionalInterface
  public interface Check {
    String canonical(String value);

    default Kind kind() {
      return Kind.TEXT;
    }
  }

  private Values() {}

  /** Text on one line; PBS writes no control characters. */
  public static Check text(int min, int max) {
    return value -> {
      if (CONTROL.matcher(value).find() || value.length() < min || value.length() > max) {
        throw new InvalidName("value", value, min + " to " + max + " characters on one line");
      }
      return value;
    };
  }

  public static final Check COMMENT = text(0, 128);
  public static final Check ID = value -> SafeId.check("id", value, 3, 32);
  public static final Check REALM = value -> SafeId.check("realm", value, 2, 32);
  public static final Check BOOLEAN = new Flag();
  public static final Check AUTH_ID = value -> AuthId.parse(value).toString();
  public static final Check NAMESPACE = value -> Namespace.parse(value).toString();

  /** A calendar event (datastore.md §10); kept as it was written. */
  public static final Check SCHEDULE = value -> CalendarEvent.parse(value).toString();

  public static Check integer(long min, long max) {
    return new Whole(min, max);
  }

  private record Flag() implements Check {
    @Override
    public String canonical(String value) {
      return Boolean.toString(bool(value));
    }

    @Override
    public Kind kind() {
      return Kind.FLAG;
    }
  }

  private record Whole(long min, long max) implements Check {
    @Override
    public String canonical(String value) {
      try {
        long number = Long.parseLong(value);
        if (number >= min && number <= max) return Long.toString(number);
      } catch (NumberFormatException notANumber) {
        // told below
      }
      throw new InvalidName("number", value, min + " to " + max);
    }

    @Override
    public Kind kind() {
      return Kind.NUMBER;
    }
  }

  public static Check oneOf(String... words) {
    Set<String> known = Set.of(words);
    return value -> {
      if (!known.contains(value))
        throw new InvalidName("value", value, "one of " + String.join(", ", words));
      return value;
    };
  }

  private static final Check OUTCOME = oneOf("always", "error", "never");

  /** What the old-style mails are sent for. */
  public static final Check NOTIFY =
      properties(null, Map.of("gc", OUTCOME, "verify", OUTCOME, "sync", OUTCOME, "prune", OUTCOME));

  public static final Check NOTIFICATION_MODE = oneOf("legacy-sendmail", "notification-system");
  public static final Check TUNING = properties(
      null,
      Map.of(
          "chunk-order", oneOf("inode", "none"),
          "sync-level", oneOf("filesystem", "file", "none")));
  public static final Check MAINTENANCE = properties(
      "type", Map.of("type", oneOf("read-only", "offline", "delete"), "message", text(0, 64)));

  /** A property string, kept as it was written. */
  private static Check properties(@Nullable String defaultKey, Map<String, Check> known) {
    return value -> {
      PropertyString.parse(value, defaultKey).forEach((key, part) -> {
        Check check = known.get(key);
        if (check == null) {
          throw new InvalidName("property", key, "one of " + String.join(", ", known.keySet()));
        }
        check.canonical(part);
      });
      return value;
    };
  }

  /** PBS's spellings of truth, in any case. */
  public static boolean bool(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "1", "on", "yes", "true" -> true;
      case "0", "off", "no", "false" -> false;
      default -> throw new InvalidName("boolean", value, "true or false");
    };
  }
}
