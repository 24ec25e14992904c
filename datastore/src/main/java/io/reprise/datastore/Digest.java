package io.reprise.datastore;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** SHA-256 that names a chunk (datastore.md §2.4). Four longs: equal by value, nothing to alias. */
public record Digest(long a, long b, long c, long d) implements Comparable<Digest> {
  public static final int BYTES = 32;
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  /** @throws InvalidName unless the text is 64 lower-case hex digits */
  public static Digest parse(String text) {
    if (!HEX.matcher(text).matches()) {
      throw new InvalidName("digest", text, "64 lower-case hex digits");
    }
    return of(HexFormat.of().parseHex(text));
  }

  /** @param bytes 32 bytes */
  public static Digest of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a digest has 32 bytes, not " + bytes.length);
    }
    return read(ByteBuffer.wrap(bytes));
  }

  /** Takes the next 32 bytes of the buffer, whatever its byte order. */
  public static Digest read(ByteBuffer in) {
    if (in.order() == ByteOrder.BIG_ENDIAN) {
      return new Digest(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }
    return new Digest(
        Long.reverseBytes(in.getLong()),
        Long.reverseBytes(in.getLong()),
        Long.reverseBytes(in.getLong()),
        Long.reverseBytes(in.getLong()));
  }

  public void write(ByteBuffer out) {
    boolean big = out.order() == ByteOrder.BIG_ENDIAN;
    out.putLong(big ? a : Long.reverseBytes(a));
    out.putLong(big ? b : Long.reverseBytes(b));
    out.putLong(big ? c : Long.reverseBytes(c));
    out.putLong(big ? d : Long.reverseBytes(d));
  }

  public byte[] bytes() {
    byte[] bytes = new byte[BYTES];
    write(ByteBuffer.wrap(bytes));
    return bytes;
  }

  /** The name of the directory below {@code .chunks} that holds the chunk: its first four hex digits. */
  public String prefix() {
    return HexFormat.of().toHexDigits((short) (a >>> 48));
  }

  /** As bytes compare, so as hex text compares. */
  @Override
  public int compareTo(Digest o) {
    int order = Long.compareUnsigned(a, o.a);
    if (order == 0) order = Long.compareUnsigned(b, o.b);
    if (order == 0) order = Long.compareUnsigned(c, o.c);
    return order == 0 ? Long.compareUnsigned(d, o.d) : order;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(a ^ d); // already uniform
  }

  /** 64 lower-case hex digits. */
  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(a) + hex.toHexDigits(b) + hex.toHexDigits(c) + hex.toHexDigits(d);
  }
}
