package io.reprise.protocol.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.protocol.TestCertificate;
import io.reprise.protocol.TestServer;
import io.reprise.protocol.TestServer.Answer;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ThrottleTest {
  private static final RateLimit LIMIT = new RateLimit(64 << 10, 16 << 10);

  /** What comes at once: the burst, and what two reads take beyond it. */
  private static final int AT_ONCE = (16 << 10) + 2 * (64 << 10);

  @Test
  void whatIsReceivedTakesItsTime() throws IOException {
    int bytes = 384 << 10;
    var certificate = TestCertificate.selfSigned();
    var fingerprint = CertificateFingerprint.of(certificate.certificate());
    try (var server = new TestServer(certificate, request -> Answer.bytes(new byte[bytes]));
        var rest = new RestClient(
            new Connector(
                new ServerAddress("localhost", server.port()),
                fingerprint,
                TrustDecision.REFUSE,
                null,
                LIMIT),
            null,
            ticket -> {})) {
      try (var body = rest.download("ping", Parameters.none())) {
        body.read(); // all that is slow at first is over
        long start = System.nanoTime();
        assertThat(body.readAllBytes()).hasSize(bytes - 1);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
            .isGreaterThan(Duration.ofSeconds((bytes - AT_ONCE) / LIMIT.bytesPerSecond()));
      }
    }
  }
}
