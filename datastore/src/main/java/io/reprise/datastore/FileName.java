package io.reprise.datastore;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A file name as the kernel knows it: bytes, mostly but not always UTF-8 (datastore.md §4.2, §4.3). Ordered by its bytes,
 * as archives are. What a name may hold is for its reader to check: see {@link #isSafe()}.
 */
public final class FileName implements Comparable<FileName> {
  private final byte[] bytes;

  private FileName(byte[] bytes) {
    this.bytes = bytes;
  }

  public static FileName of(byte[] bytes) {
    return new FileName(bytes.clone());
  }

  public static FileName of(String text) {
    return new FileName(text.getBytes(StandardCharsets.UTF_8));
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  public int length() {
    return bytes.length;
  }

  /** True if it names an entry of a directory and nothing else: not empty, no slash, no zero byte, not . or .. */
  public boolean isSafe() {
    if (bytes.length == 0) return false;
    if (bytes[0] == '.' && (bytes.length == 1 || (bytes.length == 2 && bytes[1] == '.')))
      return false;
    for (byte b : bytes) {
      if (b == '/' || b == 0) return false;
    }
    return true;
  }

  @Override
  public int compareTo(FileName o) {
    return Arrays.compareUnsigned(bytes, o.bytes);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof FileName other && Arrays.equals(bytes, other.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Read as UTF-8; bytes that are not show as U+FFFD, so this is for people, not for looking up. */
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
