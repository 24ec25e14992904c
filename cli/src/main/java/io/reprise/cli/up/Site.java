package io.reprise.cli.up;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.CommandFailed;
import io.reprise.datastore.AuthId;
import io.reprise.embedded.KafkaBroker;
import io.reprise.protocol.connect.CertificateFingerprint;
import io.reprise.protocol.connect.Connector;
import io.reprise.protocol.connect.ServerAddress;
import io.reprise.protocol.connect.TrustDecision;
import io.reprise.protocol.rest.Credentials;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The services of one data directory, running: a broker and an ingest-service. Closing stops both, the service first. */
final class Site implements AutoCloseable {
  static final AuthId ADMIN = AuthId.parse("admin@pbs");
  private static final int PASSWORD_BYTES = 12;

  private final KafkaBroker broker;
  private final ServiceProcess ingest;
  private final ServerAddress address;
  private final CertificateFingerprint fingerprint;
  private final @Nullable String newPassword;

  private Site(
      KafkaBroker broker,
      ServiceProcess ingest,
      ServerAddress address,
      CertificateFingerprint fingerprint,
      @Nullable String newPassword) {
    this.broker = broker;
    this.ingest = ingest;
    this.address = address;
    this.fingerprint = fingerprint;
    this.newPassword = newPassword;
  }

  /** @param port where the PBS API listens; 0 takes a free one */
  static Site start(DataDirectory data, int port, Progress progress)
      throws IOException, InterruptedException {
    String password = Files.exists(data.config().resolve("user.cfg")) ? null : password();
    progress.step("starting a Kafka broker");
    var broker = KafkaBroker.start(data.kafka());
    ServiceProcess ingest = null;
    try {
      progress.step("starting ingest-service");
      Path ready = data.run().resolve("ingest.port");
      Files.deleteIfExists(ready);
      ingest = ServiceProcess.start(
          "ingest-service",
          home().resolve("ingest-service/target/quarkus-app/quarkus-run.jar"),
          new TreeMap<>(Map.of(
              "reprise.ingest.config", data.config().toString(),
              "reprise.ingest.state", data.state().toString(),
              "reprise.ingest.run", data.run().toString(),
              "reprise.ingest.port", Integer.toString(port),
              "quarkus.management.port", "0",
              "kafka.bootstrap.servers", broker.bootstrapServers())),
          password == null ? Map.of() : Map.of("REPRISE_INGEST_ADMIN_PASSWORD", password),
          data.logs().resolve("ingest-service.log"));
      int actual = Integer.parseInt(ingest.awaitFile(ready));
      return new Site(
          broker,
          ingest,
          new ServerAddress("localhost", actual),
          fingerprint(data.config().resolve("proxy.pem")),
          password);
    } catch (IOException | InterruptedException | RuntimeException e) {
      if (ingest != null) {
        ingest.close();
      }
      broker.close();
      throw e;
    }
  }

  /** Where the launcher found Reprise. */
  private static Path home() throws IOException {
    String home = System.getProperty("reprise.home");
    if (home == null) {
      throw new IOException(
          "start it by ./reprise from the checkout, which knows where the services are");
    }
    return Path.of(home);
  }

  ServerAddress address() {
    return address;
  }

  CertificateFingerprint fingerprint() {
    return fingerprint;
  }

  /** The password of {@link #ADMIN}, if this start made that user. */
  @Nullable
  String newPassword() {
    return newPassword;
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** The repository string of a datastore here. */
  String repository(String store) {
    return ADMIN + "@" + address + ":" + store;
  }

  RestClient login(String password) {
    var connector = new Connector(address, fingerprint, TrustDecision.REFUSE, null);
    return new RestClient(connector, Credentials.of(ADMIN, password), ticket -> {});
  }

  /** Makes a datastore and waits for the task that does it. */
  void createDatastore(RestClient rest, String name, Path directory)
      throws IOException, InterruptedException, CommandFailed {
    String upid = rest.post(
            "config/datastore", Parameters.of("name", name).with("path", directory.toString()))
        .asText();
    JsonNode status;
    do {
      Thread.sleep(100); // as its clients do, a server is asked again
      status = rest.get(
          RestClient.path("nodes", "localhost", "tasks", upid, "status"), Parameters.none());
    } while (status.path("status").asText().equals("running"));
    if (!status.path("exitstatus").asText().equals("OK")) {
      throw new CommandFailed(
          "datastore " + name + " was not made: " + status.path("exitstatus").asText());
    }
  }

  /** Completes with a sentence when a process ends that should not. */
  CompletableFuture<String> failure() {
    return ingest
        .process()
        .onExit()
        .thenApply(p -> "ingest-service ended with status " + p.exitValue());
  }

  @Override
  public void close() {
    ingest.close();
    broker.close();
  }

  /** Told what is being done. */
  @FunctionalInterface
  interface Progress {
    void step(String what);
  }

  private static String password() {
    byte[] random = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  private static CertificateFingerprint fingerprint(Path pem) throws IOException {
    try (InputStream in = Files.newInputStream(pem)) {
      return CertificateFingerprint.of(
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in));
    } catch (GeneralSecurityException e) {
      throw new IOException(pem + " holds no certificate: " + e.getMessage(), e);
    }
  }
}
