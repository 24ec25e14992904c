package io.reprise.platform.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Hashes of passwords and token secrets as PBS writes and reads them (config.md §5). */
public final class PasswordHash {
  /** What a hash can begin with and consist of; never {@code *} or {@code !}, which lock an account. */
  private static final Pattern STORED =
      Pattern.compile("[$./0-9A-Za-z][\\x21-\\x39\\x3b-\\x7e]{12,383}");

  private static final String YESCRYPT = "$y$";

  /** yescrypt with N = 4096, r = 32, p = 1: 16 MiB and about 20 ms of a core. */
  private static final String YESCRYPT_COST = "$y$j9T$";

  private static final String ALPHABET =
      "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int SALT_BYTES = 32;
  private static final int SECRET_BYTES = 511;

  /** Each check takes 16 MiB: not more at once than this, whoever knocks. */
  private static final Semaphore AT_ONCE = new Semaphore(2, true);

  private PasswordHash() {}

  /** A new hash, 94 characters. */
  public static String of(String secret) {
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    return of(secret, salt);
  }

  static String of(String secret, byte[] salt) {
    String hash = hash(secret, YESCRYPT_COST + encode(salt));
    if (hash == null) {
      throw new IllegalStateException(
          "this system's libcrypt has no yescrypt: install libxcrypt 4 or newer");
    }
    return hash;
  }

  /** @return false for a wrong secret as for a hash that is none; takes the same time for every secret */
  public static boolean verify(String secret, String stored) {
    if (!STORED.matcher(stored).matches()) return false;
    String hash = hash(secret, stored);
    return hash != null
        && MessageDigest.isEqual(
            hash.getBytes(StandardCharsets.UTF_8), stored.getBytes(StandardCharsets.UTF_8));
  }

  /** True for a hash in an older form, which the next good login replaces. */
  public static boolean isOld(String stored) {
    return !stored.startsWith(YESCRYPT);
  }

  private static @Nullable String hash(String secret, String setting) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, SECRET_BYTES);
    for (int i = 0; i < length; i++) if (bytes[i] == 0) length = i;
    AT_ONCE.acquireUninterruptibly();
    try {
      return Crypt.hash(Arrays.copyOf(bytes, length), setting);
    } finally {
      AT_ONCE.release();
    }
  }

  /** Three bytes are four characters, the lowest bits first. */
  private static String encode(byte[] bytes) {
    var text = new StringBuilder();
    for (int i = 0; i < bytes.length; i += 3) {
      int value = 0;
      int bits = 0;
      for (int j = i; j < Math.min(i + 3, bytes.length); j++, bits += 8)
        value |= (bytes[j] & 0xff) << bits;
      for (int done = 0; done < bits; done += 6, value >>>= 6)
        text.append(ALPHABET.charAt(value & 63));
    }
    return text.toString();
  }
}
