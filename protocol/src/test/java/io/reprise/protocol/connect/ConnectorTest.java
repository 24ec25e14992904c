package io.reprise.protocol.connect;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import io.reprise.protocol.TestCertificate;
import io.reprise.protocol.TestServer;
import io.reprise.protocol.TestServer.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is trusted (cli.md §1.4), with the JDK's TLS and with netty-tcnative. */
@ParameterizedClass
@EnumSource(
    value = SslProvider.class,
    names = {"JDK", "OPENSSL"})
class ConnectorTest {
  @Parameter
  private SslProvider provider;

  private record Asked(
      String host, CertificateFingerprint presented, CertificateFingerprint expected) {}

  private final List<Asked> asked = new ArrayList<>();
  private boolean answer;
  private final TrustDecision person = (host, presented, expected) -> {
    asked.add(new Asked(host, presented, expected));
    return answer;
  };
  private final TestCertificate certificate = TestCertificate.selfSigned();
  private final CertificateFingerprint fingerprint =
      CertificateFingerprint.of(certificate.certificate());
  private final CertificateFingerprint other =
      CertificateFingerprint.of(TestCertificate.selfSigned().certificate());

  private Connector connector(TestServer server, CertificateFingerprint expected) {
    return new Connector(
        new ServerAddress("localhost", server.port()), expected, person, null, null, provider);
  }

  @BeforeEach
  void needsTheLibrary() {
    assumeTrue(
        provider == SslProvider.JDK || OpenSsl.isAvailable(), "netty-tcnative does not load here");
  }

  private TestServer server() {
    return new TestServer(certificate, request -> Answer.json("null"));
  }

  @Test
  void theExpectedFingerprintSufficesInEitherCase() throws IOException {
    var upper =
        CertificateFingerprint.parse(" " + fingerprint.text().toUpperCase(Locale.ROOT) + "\n");
    try (var server = server()) {
      connector(server, upper).connect().close();
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void somebodyIsAskedOnceAndTheAnswerHolds() throws IOException {
    answer = true;
    try (var server = server()) {
      var connector = connector(server, null);
      connector.connect().close();
      connector.connect().close();
    }
    assertThat(asked).containsExactly(new Asked("localhost", fingerprint, null));
  }

  @Test
  void aWrongFingerprintIsShownBesideTheRightOne() throws IOException {
    try (var server = server()) {
      var connector = connector(server, other);
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(connector::connect)
            .isInstanceOf(ConnectionLost.class)
            .hasMessageContaining("certificate")
            .hasMessageContaining(fingerprint.text());
      }
    }
    assertThat(asked).containsExactly(new Asked("localhost", fingerprint, other));
  }

  @Test
  void withoutAnybodyToAskAnUnknownServerIsRefused() {
    try (var server = server()) {
      var connector = new Connector(
          new ServerAddress("localhost", server.port()),
          null,
          TrustDecision.REFUSE,
          null,
          null,
          provider);
      assertThatThrownBy(connector::connect).isInstanceOf(ConnectionLost.class);
    }
  }

  @Test
  void nobodyListeningNamesTheServer() throws IOException {
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    var connector = new Connector(
        new ServerAddress("localhost", port), null, TrustDecision.REFUSE, null, null, provider);
    assertThatThrownBy(connector::connect)
        .isInstanceOf(ConnectionLost.class)
        .hasMessageContaining("localhost:" + port);
  }

  @Test
  void aPlainServerIsNoBackupServer() throws IOException {
    try (var plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> {
        while (!plain.isClosed()) {
          try (var client = plain.accept()) {
            client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
          } catch (IOException closed) {
            return;
          }
        }
      });
      var connector = new Connector(
          new ServerAddress("localhost", plain.getLocalPort()), null, person, null, null, provider);
      assertThatThrownBy(connector::connect).isInstanceOf(ConnectionLost.class);
      assertThat(asked).isEmpty();
    }
  }

  @Test
  void aServerThatTakesTheFirstConnectionForPlainHttpIsAskedAgain() throws Exception {
    try (var server = server();
        var front = new ServerSocket(0)) {
      var relay = Thread.ofVirtual().start(() -> plainFirst(front, server.port()));
      new Connector(
              new ServerAddress("localhost", front.getLocalPort()),
              fingerprint,
              person,
              null,
              null,
              provider)
          .connect()
          .close();
      relay.join();
    }
  }

  /** As a PBS answers whoever is slow to speak; the second connection goes to the server. */
  private static void plainFirst(ServerSocket front, int port) {
    try {
      try (var first = front.accept()) {
        first.getInputStream().read();
        first.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
      }
      try (var second = front.accept();
          var behind = new Socket(InetAddress.getLoopbackAddress(), port)) {
        var there = Thread.ofVirtual().start(() -> pass(second, behind));
        pass(behind, second);
        there.join();
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void pass(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException closed) {
      // by either side
    }
  }

  @Test
  void aProxyTunnelsAndIsToldTheLogin() throws Exception {
    try (var server = server();
        var proxy = new TestProxy("HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n")) {
      var connector = new Connector(
          new ServerAddress("localhost", server.port()),
          fingerprint,
          person,
          HttpProxy.parse("me:secret@localhost:" + proxy.port()),
          null,
          provider);
      connector.connect().close();
      assertThat(proxy.head())
          .startsWith("CONNECT localhost:" + server.port() + " HTTP/1.1\r\n")
          .contains("Proxy-Authorization: Basic bWU6c2VjcmV0\r\n");
    }
  }

  @Test
  void aProxyThatRefusesIsNamed() throws Exception {
    try (var server = server();
        var proxy = new TestProxy("HTTP/1.1 407 Login\r\nContent-Length: 0\r\n\r\n")) {
      var connector = new Connector(
          new ServerAddress("localhost", server.port()),
          fingerprint,
          person,
          HttpProxy.parse("localhost:" + proxy.port()),
          null,
          provider);
      assertThatThrownBy(connector::connect)
          .isInstanceOf(ConnectionLost.class)
          .hasMessageContaining("407")
          .hasMessageContaining("ALL_PROXY");
      assertThat(server.connections()).isZero();
    }
  }
}
