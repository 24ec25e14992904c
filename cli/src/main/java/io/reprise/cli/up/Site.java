package io.reprise.cli.up;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.CommandFailed;
import io.reprise.datastore.AuthId;
import io.reprise.embedded.ChildJvm;
import io.reprise.embedded.Children;
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
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The services of one data directory, running: a broker, an ingest-service and a gc-service, as children of this process. */
public final class Site {
  public static final AuthId ADMIN = AuthId.parse("admin@pbs");

  /** Where nothing listens: the service is to run without a broker. */
  private static final String NO_BROKER = "127.0.0.1:9";

  private static final String INGEST = "ingest";
  private static final String GC = "gc";
  private static final String INGEST_READY = "ingest.port";
  private static final String GC_READY = "gc.ready";

  private static final long POLL_MILLIS = 50;

  /** Beside a service's jar: what the JVM keeps of a {@link Rehearsal}. */
  private static final String CACHE = "service.aot";

  /**
   * What may differ from one site to the next.
   *
   * @param port of the PBS API; 0 takes a free one
   * @param kafkaPort of the broker; 0 takes a free one, negative means no broker
   * @param javaOptions of the services, beside their own
   * @param rehearsal whether the JVMs are to keep what they learn
   */
  public record Settings(int port, int kafkaPort, List<String> javaOptions, boolean rehearsal) {
    public Settings(int port, int kafkaPort, List<String> javaOptions) {
      this(port, kafkaPort, javaOptions, false);
    }

    boolean withBroker() {
      return kafkaPort >= 0;
    }
  }

  private final DataDirectory data;
  private final Settings settings;
  private final Children children;
  private final Consumer<String> tell;
  private @Nullable KafkaBroker broker;
  private ChildJvm ingest;
  private ChildJvm gc;
  private final ServerAddress address;
  private final CertificateFingerprint fingerprint;

  private Site(DataDirectory data, Settings settings, Children children, Consumer<String> tell)
      throws IOException, InterruptedException {
    this.data = data;
    this.settings = settings;
    this.children = children;
    this.tell = tell;
    Predecessor.awaitEnd(data.children(), tell);
    if (settings.withBroker()) {
      tell.accept("starting a Kafka broker");
      broker = startBroker(settings.kafkaPort());
    }
    tell.accept("starting ingest-service");
    ingest = startIngest(settings.port());
    address = new ServerAddress("localhost", awaitIngest());
    tell.accept("starting gc-service");
    gc = startGc();
    gc.await(data.run().resolve(GC_READY));
    fingerprint = fingerprint(data.config().resolve("proxy.pem"));
  }

  /**
   * Starts everything and waits until it serves.
   *
   * @param data made before, and locked
   * @param children gets the processes; whoever closes it stops the site
   * @param tell told what is being done
   */
  public static Site start(
      DataDirectory data, Settings settings, Children children, Consumer<String> tell)
      throws IOException, InterruptedException {
    return new Site(data, settings, children, tell);
  }

  private KafkaBroker startBroker(int port) throws IOException {
    var started = KafkaBroker.start(data.kafka(), port, children);
    Predecessor.record(data.children(), children.running());
    return started;
  }

  private ChildJvm startIngest(int port) throws IOException {
    String password = data.firstPassword();
    return start(
        INGEST,
        INGEST_READY,
        List.of("-Dreprise.ingest.log=" + data.logs(), "-Dreprise.ingest.port=" + port),
        password == null ? Map.of() : Map.of("REPRISE_INGEST_ADMIN_PASSWORD", password));
  }

  private ChildJvm startGc() throws IOException {
    return start(GC, GC_READY, List.of(), Map.of());
  }

  /** @param ready name of the file that the service writes when it serves */
  private ChildJvm start(
      String service, String ready, List<String> more, Map<String, String> environment)
      throws IOException {
    Path home = home().resolve(service + "-service");
    Files.deleteIfExists(data.run().resolve(ready));
    var arguments = new ArrayList<String>();
    arguments.add("@" + home.resolve("jvm.options"));
    Path cache = home.resolve(CACHE);
    if (settings.rehearsal()) arguments.add("-XX:AOTCacheOutput=" + cache);
    else if (Files.exists(cache)) arguments.add("-XX:AOTCache=" + cache);
    String given = System.getenv("REPRISE_JAVA_OPTS"); // for those who want another heap
    if (given != null && !given.isBlank())
      arguments.addAll(List.of(given.strip().split("\\s+")));
    arguments.addAll(settings.javaOptions());
    String prefix = "-Dreprise." + service;
    arguments.addAll(List.of(
        prefix + ".config=" + data.config(),
        prefix + ".state=" + data.state(),
        prefix + ".run=" + data.run(),
        prefix + ".supervised=true",
        "-Dquarkus.management.port=0",
        "-Dkafka.bootstrap.servers=" + bootstrapServers()));
    arguments.addAll(more);
    arguments.addAll(List.of("-jar", home.resolve("quarkus-run.jar").toString()));
    var started = children.start(service + "-service", arguments, environment, log(service));
    Predecessor.record(data.children(), children.running());
    return started;
  }

  private int awaitIngest() throws IOException {
    return Integer.parseInt(ingest.await(data.run().resolve(INGEST_READY)));
  }

  /** Of {@code ingest} or {@code gc}. */
  public Path log(String service) {
    return data.logs().resolve(service + "-service.log");
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

  public ServerAddress address() {
    return address;
  }

  public CertificateFingerprint fingerprint() {
    return fingerprint;
  }

  public String bootstrapServers() {
    return broker == null ? NO_BROKER : broker.bootstrapServers();
  }

  /** Process of the ingest-service that runs now. */
  public long ingestPid() {
    return ingest.pid();
  }

  /** Process of the gc-service that runs now. */
  public long gcPid() {
    return gc.pid();
  }

  /** The repository string of a datastore here. */
  public String repository(String store) {
    return ADMIN + "@" + address + ":" + store;
  }

  public RestClient login(String password) {
    var connector = new Connector(address, fingerprint, TrustDecision.REFUSE, null);
    return new RestClient(connector, Credentials.of(ADMIN, password), ticket -> {});
  }

  /** Makes a datastore and waits for the task that does it. */
  public static void createDatastore(RestClient rest, String name, Path directory)
      throws IOException, InterruptedException, CommandFailed {
    await(
        rest,
        rest.post(
            "config/datastore", Parameters.of("name", name).with("path", directory.toString())));
  }

  /**
   * Waits until a task has ended well.
   *
   * @param task its UPID, as the call that started it answered
   */
  public static void await(RestClient rest, JsonNode task)
      throws IOException, InterruptedException, CommandFailed {
    String upid = task.asText();
    JsonNode status;
    do {
      Thread.sleep(POLL_MILLIS); // as its clients do, a server is asked again
      status = rest.get(
          RestClient.path("nodes", "localhost", "tasks", upid, "status"), Parameters.none());
    } while (status.path("status").asText().equals("running"));
    if (!status.path("exitstatus").asText().equals("OK")) {
      throw new CommandFailed(
          "task " + upid + " failed: " + status.path("exitstatus").asText());
    }
  }

  /** Tells both to stop, at once; whoever closes the children waits for them. */
  void stopServices() {
    gc.stop();
    ingest.stop();
  }

  /**
   * Waits until a child ends that should not, tells of it, and starts it again on its port; returns only by failing.
   *
   * @throws CommandFailed if they end again and again
   */
  void keepRunning() throws CommandFailed, IOException, InterruptedException {
    var patience = new RestartPatience();
    while (true) {
      String what = awaitAnEnd();
      if (children.isClosed()) throw new IOException("everything is being stopped");
      if (!ingest.isAlive()) what += logTail(INGEST, ingest);
      if (!gc.isAlive()) what += logTail(GC, gc);
      tell.accept(what);
      if (!patience.another()) throw new CommandFailed("the services end again and again");
      tell.accept("starting it again");
      if (broker != null && !broker.isAlive()) broker = startBroker(broker.port());
      if (!ingest.isAlive()) {
        ingest = startIngest(address.port());
        awaitIngest();
      }
      if (!gc.isAlive()) {
        gc = startGc();
        gc.await(data.run().resolve(GC_READY));
      }
      tell.accept("it serves again");
    }
  }

  private String logTail(String service, ChildJvm child) throws IOException {
    return "; the end of its log, " + log(service) + ":\n" + child.logTail();
  }

  /** @return a sentence */
  private String awaitAnEnd() throws IOException, InterruptedException {
    var ends = new ArrayList<CompletableFuture<String>>(List.of(ingest.ended(), gc.ended()));
    if (broker != null) ends.add(broker.ended());
    try {
      return (String)
          CompletableFuture.anyOf(ends.toArray(CompletableFuture[]::new)).get();
    } catch (ExecutionException e) {
      throw new IOException("cannot watch the services: " + e.getMessage(), e);
    }
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
