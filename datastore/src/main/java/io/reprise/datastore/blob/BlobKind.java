package io.reprise.datastore.blob;

import io.reprise.datastore.BadFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What the magic of a blob says (datastore.md §2.1, §2.2). */
public enum BlobKind {
  PLAIN(0x42ab3807be8370a1L, false, false),
  ZSTD(0x31b958426fb6a37fL, true, false),
  ENCRYPTED(0x7b6785be222d4cf0L, false, true),
  ZSTD_ENCRYPTED(0xe6591bbf0bbfd80bL, true, true);

  /** Magic and CRC; all that an unencrypted blob has before its data. */
  static final int PLAIN_HEADER = 12;
  /** Magic, CRC, IV, tag. */
  static final int ENCRYPTED_HEADER = 44;

  private final long magic;
  private final boolean compressed;
  private final boolean encrypted;

  BlobKind(long magic, boolean compressed, boolean encrypted) {
    this.magic = magic;
    this.compressed = compressed;
    this.encrypted = encrypted;
  }

  static BlobKind of(boolean compressed, boolean encrypted) {
    return encrypted ? (compressed ? ZSTD_ENCRYPTED : ENCRYPTED) : (compressed ? ZSTD : PLAIN);
  }

  /**
   * The kind of the blob between position and limit, neither of which moves.
   *
   * @throws BadFormat if the magic is none of the four, or the header is cut off
   */
  public static BlobKind of(ByteBuffer encoded) throws BadFormat {
    int length = encoded.remaining();
    if (length < PLAIN_HEADER) {
      throw new BadFormat("blob of " + length + " bytes is cut off: its header alone has 12");
    }
    long magic = bigEndianLong(encoded);
    for (BlobKind kind : VALUES) {
      if (kind.magic == magic) {
        if (length < kind.headerBytes()) {
          throw new BadFormat(
              "encrypted blob of " + length + " bytes is cut off: its header alone has 44");
        }
        return kind;
      }
    }
    throw new BadFormat("blob with unknown magic %016x: no blob, or damaged".formatted(magic));
  }

  private static final BlobKind[] VALUES = values();

  private static long bigEndianLong(ByteBuffer encoded) {
    long value = encoded.getLong(encoded.position());
    return encoded.order() == ByteOrder.BIG_ENDIAN ? value : Long.reverseBytes(value);
  }

  /** The first eight bytes, read big-endian. */
  long magic() {
    return magic;
  }

  public boolean compressed() {
    return compressed;
  }

  public boolean encrypted() {
    return encrypted;
  }

  /** 12, or 44 if encrypted: also the size of the smallest blob of the kind. */
  public int headerBytes() {
    return encrypted ? ENCRYPTED_HEADER : PLAIN_HEADER;
  }
}
