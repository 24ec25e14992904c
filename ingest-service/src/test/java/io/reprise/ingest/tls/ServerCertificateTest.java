package io.reprise.ingest.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerCertificateTest {
  @TempDir
  Path config;

  @Test
  void theFirstStartMakesAPairAndTheNextKeepsIt() throws Exception {
    var made = ServerCertificate.loadOrMake(config, "backup1");
    var found = ServerCertificate.loadOrMake(config, "other");

    assertThat(made.made()).isTrue();
    assertThat(found.made()).isFalse();
    assertThat(found.fingerprint()).isEqualTo(made.fingerprint());
    assertThat(new String(made.key())).startsWith("-----BEGIN PRIVATE KEY-----");
    for (String name : List.of("proxy.pem", "proxy.key")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config.resolve(name))))
          .isEqualTo("rw-r-----");
    }
    try (var files = Files.list(config)) {
      assertThat(files).hasSize(2);
    }

    var certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(made.chain()));
    certificate.verify(certificate.getPublicKey());
    assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
    assertThat(certificate.getSubjectX500Principal().getName())
        .startsWith("CN=backup1")
        .endsWith("O=Reprise");
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(certificate.getSubjectAlternativeNames().stream()
            .map(name -> name.get(1).toString()))
        .startsWith("127.0.0.1", "0:0:0:0:0:0:0:1", "localhost", "backup1");
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
    assertThat(made.fingerprint())
        .isEqualTo(IntStream.range(0, 32)
            .mapToObj(i -> "%02x".formatted(digest[i]))
            .collect(Collectors.joining(":")));
  }

  @Test
  void twoThatStartTogetherUseOnePair() throws Exception {
    var other = new ServerCertificate[1];
    var thread = Thread.ofPlatform().start(() -> {
      try {
        other[0] = ServerCertificate.loadOrMake(config, "backup1");
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    });
    var mine = ServerCertificate.loadOrMake(config, "backup1");
    thread.join();
    assertThat(mine.fingerprint()).isEqualTo(other[0].fingerprint());
  }

  @Test
  void aFileThatHoldsNoCertificateIsNamed() throws IOException {
    Files.writeString(config.resolve("proxy.pem"), "nonsense");
    Files.writeString(config.resolve("proxy.key"), "nonsense");
    assertThatThrownBy(() -> ServerCertificate.loadOrMake(config, "h"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("proxy.pem");
    assertThat(config.resolve("proxy.pem")).hasContent("nonsense");
  }
}
