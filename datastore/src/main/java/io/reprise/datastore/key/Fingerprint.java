package io.reprise.datastore.key;

import io.reprise.datastore.Digest;
import io.reprise.datastore.InvalidName;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/** A SHA-256 shown as 32 hex pairs with colons: tells keys (datastore.md §2.4) and certificates apart. */
public record Fingerprint(Digest sha256) {
  private static final Pattern TEXT = Pattern.compile("([0-9a-fA-F]{2}:){31}[0-9a-fA-F]{2}");
  private static final HexFormat COLONS = HexFormat.ofDelimiter(":");
  private static final int SHORT_BYTES = 8;

  /** @throws InvalidName unless the text is 32 hex pairs separated by colons */
  public static Fingerprint parse(String text) {
    if (!TEXT.matcher(text).matches()) {
      throw new InvalidName("fingerprint", text, "32 hex pairs separated by ':'");
    }
    return new Fingerprint(Digest.of(COLONS.parseHex(text.toLowerCase(Locale.ROOT))));
  }

  /** The first eight pairs, as lists show it. */
  public String shortText() {
    return COLONS.formatHex(sha256.bytes(), 0, SHORT_BYTES);
  }

  /** 32 lower-case hex pairs separated by colons. */
  @Override
  public String toString() {
    return COLONS.formatHex(sha256.bytes());
  }
}
