package io.reprise.gc.references;

import io.reprise.datastore.Digest;
import io.reprise.datastore.InvalidName;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What an index file is, wherever it lies: a sync may put another one under the same name, and a removal moves it.
 *
 * @param uuid of its header
 * @param checksum computed from its entries, not the one that its header claims
 */
public record IndexIdentity(UUID uuid, Digest checksum) {
  static final int BYTES = 16 + Digest.BYTES;
  private static final Pattern NAME =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.[0-9a-f]{64}");

  void write(ByteBuffer out) {
    out.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    checksum.write(out);
  }

  static IndexIdentity read(ByteBuffer in) {
    return new IndexIdentity(new UUID(in.getLong(), in.getLong()), Digest.read(in));
  }

  /** The text of {@link #toString}. @throws io.reprise.datastore.InvalidName if it is none */
  public static IndexIdentity parse(String text) {
    if (!NAME.matcher(text).matches()) {
      throw new InvalidName("name of a kept index", text, "<uuid>.<checksum>");
    }
    return new IndexIdentity(
        UUID.fromString(text.substring(0, 36)), Digest.parse(text.substring(37)));
  }

  /** A file name, unique: {@code <uuid>.<checksum>}. */
  @Override
  public String toString() {
    return uuid + "." + checksum;
  }
}
