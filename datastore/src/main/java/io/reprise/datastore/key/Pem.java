package io.reprise.datastore.key;

import io.reprise.datastore.BadFormat;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** One object in PEM: base64 between two lines that name it. */
final class Pem {
  private static final int MAX = 64 << 10;

  private Pem() {}

  static boolean holds(byte[] pem, String label) {
    return new String(pem, StandardCharsets.ISO_8859_1).contains(begin(label));
  }

  /** @return the bytes in DER of the first object of that label */
  static byte[] decode(byte[] pem, String label) throws BadFormat {
    if (pem.length > MAX)
      throw new BadFormat("PEM text of " + pem.length + " bytes is too large for a key");
    String text = new String(pem, StandardCharsets.ISO_8859_1);
    int begin = text.indexOf(begin(label));
    int end = text.indexOf(end(label), Math.max(begin, 0));
    if (begin < 0 || end < 0) {
      throw new BadFormat("no PEM object '" + label + "': convert the key, e.g. with openssl pkey");
    }
    String body = text.substring(begin + begin(label).length(), end);
    try {
      return Base64.getMimeDecoder().decode(body);
    } catch (IllegalArgumentException e) {
      throw new BadFormat("PEM object '" + label + "' is not base64: it is damaged", e);
    }
  }

  static byte[] encode(String label, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return (begin(label) + "\n" + body + "\n" + end(label) + "\n")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String begin(String label) {
    return "-----BEGIN " + label + "-----";
  }

  private static String end(String label) {
    return "-----END " + label + "-----";
  }
}
