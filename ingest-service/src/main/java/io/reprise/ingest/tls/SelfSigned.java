package io.reprise.ingest.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/**
 * The certificate of a first start, with the fields that PBS gives its own (config.md §2), but with a key on the curve P-256
 * where PBS takes RSA with 4096 bits: signing with that costs 5 ms in each handshake (ADR 12).
 */
record SelfSigned(String keyPem, String certificatePem) {
  private static final int VALID_DAYS = 365_000;

  /** @param host name of this host, with or without a domain */
  static SelfSigned make(String host) throws IOException {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair keys = generator.generateKeyPair();
      var key = new PemObject("PRIVATE KEY", keys.getPrivate().getEncoded()); // PKCS#8
      return new SelfSigned(pem(key), pem(certificate(keys, host)));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException("no certificate could be made: " + e.getMessage(), e);
    }
  }

  private static X509CertificateHolder certificate(KeyPair keys, String host)
      throws IOException, GeneralSecurityException, OperatorCreationException {
    String fqdn = qualified(host);
    var name = new X500NameBuilder()
        .addRDN(BCStyle.O, "Reprise")
        .addRDN(BCStyle.OU, UUID.randomUUID().toString().toUpperCase(Locale.ROOT))
        .addRDN(BCStyle.CN, fqdn)
        .build();
    Instant now = Instant.now();
    var builder = new JcaX509v3CertificateBuilder(
        name,
        BigInteger.ZERO,
        Date.from(now),
        Date.from(now.plus(VALID_DAYS, ChronoUnit.DAYS)),
        name,
        keys.getPublic());
    var ids = new JcaX509ExtensionUtils();
    builder
        .addExtension(Extension.basicConstraints, false, new BasicConstraints(false))
        .addExtension(
            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
        .addExtension(Extension.subjectAlternativeName, false, names(host, fqdn))
        .addExtension(
            Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(keys.getPublic()))
        .addExtension(
            Extension.authorityKeyIdentifier,
            false,
            ids.createAuthorityKeyIdentifier(keys.getPublic()));
    return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
  }

  private static GeneralNames names(String host, String fqdn) {
    var names = new ArrayList<GeneralName>();
    names.add(new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
    names.add(new GeneralName(GeneralName.iPAddress, "::1"));
    var dns = new LinkedHashSet<>(List.of("localhost"));
    dns.add(host.split("\\.", 2)[0]);
    dns.add(fqdn);
    dns.forEach(one -> names.add(new GeneralName(GeneralName.dNSName, one)));
    return new GeneralNames(names.toArray(GeneralName[]::new));
  }

  /** The host's name with the search domain of the resolver, if there is one. */
  private static String qualified(String host) {
    if (host.indexOf('.') >= 0) return host;
    try {
      for (String line : Files.readAllLines(Path.of("/etc/resolv.conf"))) {
        String[] words = line.strip().split("\\s+");
        if (words.length > 1 && words[0].equals("search") && words[1].matches("[A-Za-z0-9.-]+")) {
          return host + "." + words[1];
        }
      }
    } catch (IOException noResolver) {
      return host;
    }
    return host;
  }

  private static String pem(Object keyOrCertificate) throws IOException {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(keyOrCertificate);
    }
    return text.toString();
  }
}
