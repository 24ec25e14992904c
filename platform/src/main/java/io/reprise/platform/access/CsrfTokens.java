package io.reprise.platform.access;

import io.reprise.datastore.AuthId;
import io.reprise.platform.config.ConfigDirectory;
import io.reprise.platform.config.Replace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The token that must come with a cookie in every changing request (config.md §2.2). */
final class CsrfTokens {
  private static final String FILE = "csrf.key";
  private static final String MAC = "HmacSHA3-256";
  private static final int KEY_BYTES = 64;
  private static final long SKEW_SECONDS = 300;

  private final byte[] key;
  private final Clock clock;

  CsrfTokens(byte[] key, Clock clock) {
    this.key = key;
    this.clock = clock;
  }

  static CsrfTokens loadOrMake(ConfigDirectory directory, Clock clock) throws IOException {
    if (Files.notExists(directory.path(FILE))) {
      byte[] random = new byte[KEY_BYTES];
      new SecureRandom().nextBytes(random);
      Replace.file(directory.path(FILE), Base64.getEncoder().withoutPadding().encode(random), 0640);
    }
    byte[] file = Files.readAllBytes(directory.path(FILE));
    return new CsrfTokens(key(file), clock);
  }

  /** Base64 without padding; in old installations the file's bytes themselves. */
  private static byte[] key(byte[] file) {
    try {
      return new String(file, StandardCharsets.ISO_8859_1).indexOf('=') >= 0
          ? file
          : Base64.getDecoder().decode(file);
    } catch (IllegalArgumentException old) {
      return file;
    }
  }

  String issue(AuthId user) {
    String time = Tickets.time(clock.instant().getEpochSecond());
    return time + ":" + encoded(mac(time, user));
  }

  boolean verify(String token, AuthId user) {
    String[] parts = token.split(":", -1);
    if (parts.length != 2) return false;
    try {
      long age = clock.instant().getEpochSecond() - Long.parseLong(parts[0], 16);
      if (age < -SKEW_SECONDS || age > Tickets.LIFETIME_SECONDS) return false;
    } catch (NumberFormatException malformed) {
      return false;
    }
    byte[] given = parts[1].getBytes(StandardCharsets.UTF_8);
    return MessageDigest.isEqual(given, bytes(encoded(mac(parts[0], user))))
        || MessageDigest.isEqual(given, bytes(encoded(oldForm(parts[0], user))));
  }

  private byte[] mac(String time, AuthId user) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(key, MAC));
      return mac.doFinal(bytes(time + ":" + user + ":"));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has " + MAC, e);
    }
  }

  private byte[] oldForm(String time, AuthId user) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes(time + ":" + user + ":"));
      return digest.digest(key);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static String encoded(byte[] bytes) {
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
