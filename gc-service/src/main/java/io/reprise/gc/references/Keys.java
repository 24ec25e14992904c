package io.reprise.gc.references;

import io.reprise.datastore.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Keys and small values of the tables; numbers big-endian, so that they sort. */
final class Keys {
  static final byte[] WALK = ascii("walk");
  static final byte[] COMPLETE = ascii("complete");
  static final byte[] EPOCH = ascii("epoch");
  static final byte[] NEXT_FILE = ascii("next-file");
  static final byte[] NEXT_GROUP = ascii("next-group");
  static final byte[] TOTALS = ascii("totals");
  static final byte[] VERSION = ascii("version");

  private Keys() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  static long number(byte[] value) {
    return ByteBuffer.wrap(value).getLong();
  }

  static byte[] group(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  static int group(byte[] key) {
    return ByteBuffer.wrap(key).getInt();
  }

  static byte[] path(String path) {
    return path.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] identity(IndexIdentity identity, int group, String archive, long time) {
    byte[] name = archive.getBytes(StandardCharsets.UTF_8);
    var key = ByteBuffer.allocate(IndexIdentity.BYTES + 4 + 8 + name.length);
    identity.write(key);
    return key.putInt(group).putLong(time).put(name).array();
  }

  static byte[] identityPrefix(IndexIdentity identity) {
    var key = ByteBuffer.allocate(IndexIdentity.BYTES);
    identity.write(key);
    return key.array();
  }

  /** All files of one place begin with this. */
  static byte[] lineage(int group, String archive) {
    byte[] name = archive.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(4 + name.length + 1).putInt(group).put(name).array();
  }

  static byte[] lineage(FileRecord file) {
    byte[] prefix = lineage(file.group(), file.archive());
    return ByteBuffer.allocate(prefix.length + 16)
        .put(prefix)
        .putLong(file.time())
        .putLong(file.id())
        .array();
  }

  static long fileOfLineage(byte[] key) {
    return ByteBuffer.wrap(key).getLong(key.length - Long.BYTES);
  }

  /** What a path or an inode shows: which file, and by what it is recognised. */
  record Shown(long file, long inode, long size, Instant modified) {
    static final int BYTES = 8 * 4 + 4;

    static Shown of(long file, FoundIndex found) {
      return new Shown(file, found.inode(), found.size(), found.modified());
    }

    boolean fits(FoundIndex found) {
      return inode == found.inode() && size == found.size() && modified.equals(found.modified());
    }

    byte[] encode() {
      return ByteBuffer.allocate(BYTES)
          .putLong(file)
          .putLong(inode)
          .putLong(size)
          .putLong(modified.getEpochSecond())
          .putInt(modified.getNano())
          .array();
    }

    static Shown decode(byte[] bytes) {
      var in = ByteBuffer.wrap(bytes);
      return new Shown(
          in.getLong(),
          in.getLong(),
          in.getLong(),
          Instant.ofEpochSecond(in.getLong(), in.getInt()));
    }
  }

  /**
   * When an orphan may go.
   *
   * @param walk the last walk that had begun when it lost its last reference
   * @param notBefore epoch seconds; until then its access time is known to be too young
   */
  record Orphaned(long walk, long notBefore) {
    byte[] encode() {
      return ByteBuffer.allocate(16).putLong(walk).putLong(notBefore).array();
    }

    static Orphaned decode(byte[] bytes) {
      var in = ByteBuffer.wrap(bytes);
      return new Orphaned(in.getLong(), in.getLong());
    }
  }

  static byte[] digest(Digest digest) {
    return digest.bytes();
  }
}
