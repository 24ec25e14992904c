package io.reprise.datastore;

import java.util.HexFormat;

/** Bytes as the specification prints them: hex digits, spaces and line breaks between. */
public final class Hex {
  private Hex() {}

  public static byte[] bytes(String text) {
    return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
  }

  public static String text(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** {@code length} bytes counting up from 0. */
  public static byte[] counting(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) bytes[i] = (byte) i;
    return bytes;
  }
}
