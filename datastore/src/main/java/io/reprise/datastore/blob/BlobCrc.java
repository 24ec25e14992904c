package io.reprise.datastore.blob;

import io.reprise.datastore.BadFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/** The CRC-32 of a blob: over its data or cipher text, never over magic, IV or tag (datastore.md §2.2). */
public final class BlobCrc {
  private static final int OFFSET = 8;

  private BlobCrc() {}

  /** The CRC as computed over the blob between position and limit, unsigned in an int. */
  public static int compute(ByteBuffer encoded) throws BadFormat {
    int header = BlobKind.of(encoded).headerBytes();
    var crc = new CRC32();
    crc.update(encoded.slice(encoded.position() + header, encoded.remaining() - header));
    return (int) crc.getValue();
  }

  /** The CRC as the header states it. */
  public static int stored(ByteBuffer encoded) throws BadFormat {
    BlobKind.of(encoded); // there is a header
    int value = encoded.getInt(encoded.position() + OFFSET);
    return encoded.order() == ByteOrder.LITTLE_ENDIAN ? value : Integer.reverseBytes(value);
  }

  /** Puts the computed CRC into the header, as a server does with every uploaded chunk (datastore.md §2.5). */
  public static void write(ByteBuffer encoded) throws BadFormat {
    put(encoded, compute(encoded));
  }

  static void put(ByteBuffer encoded, int crc) {
    boolean little = encoded.order() == ByteOrder.LITTLE_ENDIAN;
    encoded.putInt(encoded.position() + OFFSET, little ? crc : Integer.reverseBytes(crc));
  }

  /** @throws BadFormat if computed and stored CRC differ, or it is no blob */
  public static void check(ByteBuffer encoded) throws BadFormat {
    if (compute(encoded) != stored(encoded)) {
      throw new BadFormat("Data blob has wrong CRC checksum.");
    }
  }
}
