package io.reprise.protocol;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A key with its certificate, made for one test. */
public record TestCertificate(PrivateKey key, X509Certificate certificate) {
  /** As a fresh server makes it: its own issuer, valid for the loopback names. */
  public static TestCertificate selfSigned() {
    return make("CN=server.example", "localhost", false, null);
  }

  public static TestCertificate authority() {
    return make("CN=Test Authority", "unused.example", true, null);
  }

  public static TestCertificate signedBy(TestCertificate issuer, String host) {
    return make("CN=" + host, host, false, issuer);
  }

  private static TestCertificate make(
      String subject, String host, boolean authority, TestCertificate issuer) {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      var now = Instant.now();
      var name = new X500Name(subject);
      var builder = new JcaX509v3CertificateBuilder(
          issuer == null
              ? name
              : new X500Name(issuer.certificate.getSubjectX500Principal().getName()),
          BigInteger.valueOf(System.nanoTime()),
          Date.from(now.minus(1, ChronoUnit.HOURS)),
          Date.from(now.plus(365, ChronoUnit.DAYS)),
          name,
          pair.getPublic());
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(new GeneralName(GeneralName.dNSName, host)));
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      var signer = new JcaContentSignerBuilder("SHA256withECDSA")
          .build(issuer == null ? pair.getPrivate() : issuer.key);
      return new TestCertificate(
          pair.getPrivate(),
          new JcaX509CertificateConverter().getCertificate(builder.build(signer)));
    } catch (GeneralSecurityException | OperatorCreationException | java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
