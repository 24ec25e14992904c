package io.reprise.platform.config;

import io.reprise.datastore.InvalidName;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of guests, both ends included: {@code 100-199}, or one, {@code 433}. */
public record IdRange(long first, long last) {
  private static final Pattern RANGE = Pattern.compile("([0-9]{1,18})(?:-([0-9]{1,18}))?");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  public static IdRange parse(String text) {
    Matcher range = RANGE.matcher(text);
    if (range.matches()) {
      long first = Long.parseLong(range.group(1));
      long last = range.group(2) == null ? first : Long.parseLong(range.group(2));
      if (first <= last) return new IdRange(first, last);
    }
    throw new InvalidName("range of ids", text, "a number, or two like 100-199");
  }

  /** False for ids that are no numbers. */
  public boolean contains(String id) {
    if (!NUMBER.matcher(id).matches()) return false;
    long number = Long.parseLong(id);
    return first <= number && number <= last;
  }
}
