package io.reprise.platform.config;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.SafeId;
import io.reprise.datastore.calendar.CalendarEvent;
import io.reprise.datastore.snapshot.Namespace;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What values of configuration keys must look like, and how they are written back (config.md §3.1). */
public final class Values {
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  /** Takes a value, returns it as it is to be written, or throws {@link InvalidName}. */
  @FunctionalInterface
  public interface Check {
    String canonical(String value);
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

  public static final Check ANY = text(0, 65_536);
  public static final Check COMMENT = text(0, 128);
  public static final Check ID = value -> SafeId.check("id", value, 3, 32);
  public static final Check BOOLEAN = value -> Boolean.toString(bool(value));
  public static final Check AUTH_ID = value -> AuthId.parse(value).toString();
  public static final Check NAMESPACE = value -> Namespace.parse(value).toString();

  /** A calendar event (datastore.md §10); kept as it was written. */
  public static final Check SCHEDULE = value -> CalendarEvent.parse(value).toString();

  public static Check integer(long min, long max) {
    return value -> {
      try {
        long number = Long.parseLong(value);
        if (number >= min && number <= max) return Long.toString(number);
      } catch (NumberFormatException notANumber) {
        // told below
      }
      throw new InvalidName("number", value, min + " to " + max);
    };
  }

  public static Check oneOf(String... words) {
    Set<String> known = Set.of(words);
    return value -> {
      if (!known.contains(value))
        throw new InvalidName("value", value, "one of " + String.join(", ", words));
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
