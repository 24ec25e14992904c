package io.reprise.bench.ingest;

import io.reprise.protocol.connect.CertificateFingerprint;
import io.reprise.protocol.connect.Connector;
import io.reprise.protocol.connect.TrustDecision;
import io.reprise.protocol.rest.Credentials;
import io.reprise.protocol.rest.Repository;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;

/** A server that is measured instead of one of our own; {@code PBS_PASSWORD} and {@code PBS_FINGERPRINT} are its. */
public final class OtherServer {
  private final Connector connector;
  private final Credentials credentials;

  /** @throws IOException if a variable is not set */
  public OtherServer(Repository at) throws IOException {
    connector = new Connector(
        at.server(),
        CertificateFingerprint.parse(variable("PBS_FINGERPRINT")),
        TrustDecision.REFUSE,
        null);
    credentials = Credentials.of(at.login(), variable("PBS_PASSWORD"));
  }

  /** A client of its own for each caller. */
  public RestClient login() {
    return new RestClient(connector, credentials, ticket -> {});
  }

  private static String variable(String name) throws IOException {
    String value = System.getenv(name);
    if (value == null) throw new IOException("set " + name + " for --repository");
    return value;
  }
}
