package io.reprise.platform.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One PEM block: its label and its bytes. */
record Pem(String label, byte[] der) {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s+([A-Za-z0-9+/=\\s]+)-----END \\1-----");

  /** @throws IOException if there is none; the message names {@code what} */
  static Pem parse(String text, String what) throws IOException {
    Matcher m = BLOCK.matcher(text);
    if (!m.find()) throw new IOException(what + " holds no PEM block");
    try {
      return new Pem(m.group(1), Base64.getMimeDecoder().decode(m.group(2)));
    } catch (IllegalArgumentException e) {
      throw new IOException(what + " holds no valid base64", e);
    }
  }

  byte[] text() {
    return ("-----BEGIN " + label + "-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
            + "\n-----END " + label + "-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }
}
