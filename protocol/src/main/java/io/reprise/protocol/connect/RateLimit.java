package io.reprise.protocol.connect;

/**
 * How fast a connection may be, in each direction.
 *
 * @param bytesPerSecond at least 1
 * @param burstBytes what may go at once after a pause; at least 1
 */
public record RateLimit(long bytesPerSecond, long burstBytes) {
  public RateLimit {
    if (bytesPerSecond < 1 || burstBytes < 1) {
      throw new IllegalArgumentException(bytesPerSecond + " bytes/s, burst " + burstBytes);
    }
  }
}
