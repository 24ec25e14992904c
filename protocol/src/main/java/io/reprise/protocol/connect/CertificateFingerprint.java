package io.reprise.protocol.connect;

import io.reprise.datastore.InvalidName;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * SHA-256 of a leaf certificate (protocol.md §1.1).
 *
 * @param text 32 lower-case hex pairs joined by colons
 */
public record CertificateFingerprint(String text) {
  private static final Pattern TEXT = Pattern.compile("[0-9a-f]{2}(?::[0-9a-f]{2}){31}");

  public CertificateFingerprint {
    if (!TEXT.matcher(text).matches()) {
      throw new InvalidName("certificate fingerprint", text, "32 hex pairs joined by ':'");
    }
  }

  /** @param text in lower or upper case, with or without white space around */
  public static CertificateFingerprint parse(String text) {
    return new CertificateFingerprint(text.strip().toLowerCase(Locale.ROOT));
  }

  public static CertificateFingerprint of(X509Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return new CertificateFingerprint(HexFormat.ofDelimiter(":").formatHex(digest));
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException(
          e); // every JDK has SHA-256; a parsed certificate has its bytes
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
