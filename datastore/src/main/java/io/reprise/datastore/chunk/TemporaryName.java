package io.reprise.datastore.chunk;

import java.util.concurrent.ThreadLocalRandom;

/** Names of files that are being written, as PBS makes them (datastore.md §1.5): {@code <stem>.tmp_XXXXXX}. */
public final class TemporaryName {
  private static final String MARK = ".tmp_";
  private static final int RANDOM = 6;
  private static final int DIGEST = 64;
  private static final String LETTERS =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

  private TemporaryName() {}

  /** Another one each time; the file may exist all the same, so create it exclusively. */
  public static String of(String stem) {
    var random = ThreadLocalRandom.current();
    var name =
        new StringBuilder(stem.length() + MARK.length() + RANDOM).append(stem).append(MARK);
    for (int i = 0; i < RANDOM; i++) name.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    return name.toString();
  }

  /** True if the name is one that {@link #of} gives for the stem. */
  public static boolean isOf(String stem, String name) {
    return name.length() == stem.length() + MARK.length() + RANDOM
        && name.startsWith(stem)
        && name.startsWith(MARK, stem.length());
  }

  /** True for a chunk that was being written, by us or by a PBS. */
  static boolean isChunk(String name) {
    if (name.length() <= DIGEST) return false;
    String digest = name.substring(0, DIGEST);
    return isDigest(digest) && isOf(digest, name);
  }

  static boolean isDigest(String name) {
    if (name.length() != DIGEST) return false;
    for (int i = 0; i < DIGEST; i++) {
      char c = name.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) return false;
    }
    return true;
  }
}
