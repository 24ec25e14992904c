package io.reprise.platform.access;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Remembers for minutes that a secret was good, since a check costs 20 ms and a client sends its token with every request.
 * What is kept is keyed with bytes that die with the process, and covers the stored hash: a changed secret is never taken
 * for good.
 */
final class SecretMemory {
  private static final Duration VALID = Duration.ofMinutes(5);
  private static final int ENTRIES = 4096;
  private static final String MAC = "HmacSHA256";

  private final SecretKeySpec key;
  private final Clock clock;
  private final Map<ByteBuffer, Instant> good = new LinkedHashMap<>(16, 0.75f, true) {
    @Override
    protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Instant> eldest) {
      return size() > ENTRIES;
    }
  };

  SecretMemory(Clock clock) {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    key = new SecretKeySpec(random, MAC);
    this.clock = clock;
  }

  /** Checks a secret against its stored hash, by memory where it can. */
  boolean verify(String id, String secret, String stored) {
    ByteBuffer mark = mark(id, secret, stored);
    Instant now = clock.instant();
    synchronized (good) {
      Instant until = good.get(mark);
      if (until != null && now.isBefore(until)) return true;
    }
    if (!PasswordHash.verify(secret, stored)) return false;
    synchronized (good) {
      good.put(mark, now.plus(VALID));
    }
    return true;
  }

  private ByteBuffer mark(String... parts) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(key);
      for (String part : parts) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        mac.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
        mac.update(bytes);
      }
      return ByteBuffer.wrap(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK has " + MAC, e);
    }
  }
}
