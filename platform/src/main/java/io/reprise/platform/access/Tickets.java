package io.reprise.platform.access;

import io.reprise.datastore.AuthId;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Login tickets, byte for byte as PBS makes and takes them (config.md §2.1). */
final class Tickets {
  static final long LIFETIME_SECONDS = 7200;
  private static final long SKEW_SECONDS = 300;
  private static final String PREFIX = "PBS";

  private final TicketKey key;
  private final Clock clock;

  Tickets(TicketKey key, Clock clock) {
    this.key = key;
    this.clock = clock;
  }

  String issue(AuthId user) {
    String text = encode(PREFIX) + ":" + encode(user.toString()) + ":"
        + time(clock.instant().getEpochSecond());
    byte[] signature = key.sign(text.getBytes(StandardCharsets.UTF_8));
    return text + "::" + Base64.getEncoder().withoutPadding().encodeToString(signature);
  }

  /** @return whose ticket it is; null unless it is a valid login ticket */
  @Nullable
  AuthId verify(String ticket) {
    String[] parts = ticket.split(":", 4);
    if (parts.length != 4 || !parts[3].startsWith(":") || parts[3].indexOf('=') >= 0) return null;
    try {
      String prefix = decode(parts[0]);
      String data = decode(parts[1]);
      long issued = Long.parseLong(parts[2], 16);
      byte[] signature = Base64.getDecoder().decode(parts[3].substring(1));
      String text = encode(prefix) + ":" + encode(data) + ":" + time(issued);
      long age = clock.instant().getEpochSecond() - issued;
      boolean valid = prefix.equals(PREFIX)
          && age >= -SKEW_SECONDS
          && age <= LIFETIME_SECONDS
          && key.verify(text.getBytes(StandardCharsets.UTF_8), signature);
      if (!valid) return null;
      AuthId user = AuthId.parse(data); // "!tfa!…", a login half done, is no user
      return user.isToken() ? null : user;
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }

  static String time(long epochSeconds) {
    return "%08X".formatted(epochSeconds);
  }

  /** Only control characters, colons and what is not ASCII are encoded; not the percent sign. */
  private static String encode(String text) {
    var out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b < 0x20 || b == 0x7f || b == ':') out.append("%%%02X".formatted(b & 0xff));
      else out.append((char) b);
    }
    return out.toString();
  }

  private static String decode(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[bytes.length];
    int length = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '%' && i + 2 < bytes.length && isHex(bytes[i + 1]) && isHex(bytes[i + 2])) {
        out[length++] =
            (byte) (Character.digit(bytes[i + 1], 16) << 4 | Character.digit(bytes[i + 2], 16));
        i += 2;
      } else {
        out[length++] = bytes[i];
      }
    }
    return new String(out, 0, length, StandardCharsets.UTF_8);
  }

  private static boolean isHex(byte b) {
    return Character.digit(b, 16) >= 0;
  }
}
