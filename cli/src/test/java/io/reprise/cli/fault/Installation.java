package io.reprise.cli.fault;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.datastore.BackupType;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.lock.WriterLeases;
import io.reprise.embedded.ChildJvm;
import io.reprise.embedded.Children;
import io.reprise.protocol.TestCertificate;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** One configuration, one state directory, one datastore, and the processes of the packaged service that share them. */
final class Installation implements AutoCloseable {
  static final String STORE = "main";
  static final String PASSWORD = "administrator of tests";

  /** Compiles less: most processes of these tests do not live long. */
  static final String QUICK = "-XX:TieredStopAtLevel=1";

  /** Where nothing listens. */
  static final String NO_BROKER = "127.0.0.1:9";

  private final Path root;
  private final Children children = new Children();

  /**
   * Makes the datastore, without the 65,536 directories of chunks: they are made when they are missing, and to remove them
   * again takes longer than these tests.
   *
   * @param root empty
   */
  Installation(Path root) throws Exception {
    this(root, "");
  }

  /** @param own more lines of the datastore in {@code reprise.cfg} */
  Installation(Path root, String own) throws Exception {
    this.root = root;
    Files.createDirectories(store().resolve(".chunks"));
    Path config = Files.createDirectory(root.resolve("config"));
    Files.writeString(
        config.resolve("datastore.cfg"), "datastore: main\n\tpath %s\n".formatted(store()));
    // A pair that is there is used.
    var certificate = TestCertificate.selfSigned();
    Files.writeString(
        config.resolve("proxy.key"), pem("PRIVATE KEY", certificate.key().getEncoded()));
    Files.writeString(
        config.resolve("proxy.pem"),
        pem("CERTIFICATE", certificate.certificate().getEncoded()));
    // The host of the test may have less room than a datastore wants by default.
    Files.writeString(config.resolve("reprise.cfg"), "datastore: main\n\tfloor-bytes 0\n" + own);
  }

  private static String pem(String type, byte[] content) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(type, base64);
  }

  /** The build makes the service before it tests this module; with {@code -pl cli} alone it may be missing. */
  private static Path packaged(String service) {
    Path module = Path.of("..", service).toAbsolutePath().normalize();
    Path app = module.resolve("target/quarkus-app/quarkus-run.jar");
    assumeTrue(
        Files.exists(app), () -> app + " is missing: ./reprise test builds it before these tests");
    return module;
  }

  /**
   * Starts a process and waits until it serves.
   *
   * @param name of the replica
   * @param kafka brokers
   * @param options of its Java, beside those that it is delivered with
   */
  Replica start(String name, String kafka, String... options) throws IOException {
    Path module = packaged("ingest-service");
    Path run = Files.createDirectories(root.resolve("run-" + name));
    Path ready = run.resolve("ingest.port");
    Files.deleteIfExists(ready);
    var arguments = new ArrayList<String>();
    arguments.add("@" + module.resolve("jvm.options"));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of(
        "-Dreprise.ingest.config=" + root.resolve("config"),
        "-Dreprise.ingest.state=" + state(),
        "-Dreprise.ingest.run=" + run,
        "-Dreprise.ingest.log=" + root.resolve("log"),
        "-Dreprise.ingest.replica=" + name,
        "-Dreprise.ingest.listen=127.0.0.1",
        "-Dreprise.ingest.port=0",
        "-Dreprise.ingest.supervised=true",
        "-Dquarkus.management.port=0",
        "-Dkafka.bootstrap.servers=" + kafka,
        "-jar",
        module.resolve("target/quarkus-app/quarkus-run.jar").toString()));
    Path log = root.resolve(name + ".log");
    long before = Files.exists(log) ? Files.size(log) : 0;
    var process = children.start(
        "service " + name, arguments, Map.of("REPRISE_INGEST_ADMIN_PASSWORD", PASSWORD), log);
    int port = Integer.parseInt(process.await(ready));
    return new Replica(process, port, log, before);
  }

  /** Starts a gc-service without a broker, and waits until it serves. */
  ChildJvm startCollection(String... options) throws IOException {
    ChildJvm process = beginCollection(options);
    process.await(collectionReady());
    return process;
  }

  /** As {@link #startCollection}, without waiting. */
  ChildJvm beginCollection(String... options) throws IOException {
    Path module = packaged("gc-service");
    Files.deleteIfExists(collectionReady());
    var arguments = new ArrayList<String>();
    arguments.add("@" + module.resolve("jvm.options"));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of(
        "-Dreprise.gc.config=" + root.resolve("config"),
        "-Dreprise.gc.state=" + state(),
        "-Dreprise.gc.run=" + collectionReady().getParent(),
        "-Dreprise.gc.replica=collection",
        "-Dreprise.gc.supervised=true",
        "-Dquarkus.management.port=0",
        "-Dkafka.bootstrap.servers=" + NO_BROKER,
        "-jar",
        module.resolve("target/quarkus-app/quarkus-run.jar").toString()));
    return children.start("gc-service", arguments, Map.of(), root.resolve("gc.log"));
  }

  private Path collectionReady() throws IOException {
    return Files.createDirectories(root.resolve("run-gc")).resolve("gc.ready");
  }

  Path store() {
    return root.resolve("store");
  }

  Path state() {
    return root.resolve("state");
  }

  /** Events that one replica has not got rid of. */
  long outbox(String replica) throws IOException {
    Path outbox = state().resolve("outbox").resolve(replica);
    if (Files.notExists(outbox)) return 0;
    try (var entries = Files.list(outbox)) {
      return entries.filter(entry -> entry.toString().endsWith(".json")).count();
    }
  }

  WriterLeases leases() {
    return new WriterLeases(state().resolve("writers").resolve(STORE));
  }

  /** Finished snapshots as the service lists them. */
  static Set<SnapshotId> finished(RestClient rest) throws IOException {
    var finished = new TreeSet<SnapshotId>();
    for (JsonNode item : rest.get("admin/datastore/main/snapshots", Parameters.none())) {
      if (!item.has("size")) continue; // no manifest
      var group = new GroupId(
          BackupType.parse(item.path("backup-type").asText()),
          item.path("backup-id").asText());
      finished.add(new SnapshotId(group, item.path("backup-time").asLong()));
    }
    return finished;
  }

  /** What sessions leave that do not end: directories without a manifest, files under temporary names. */
  List<Path> leftovers() {
    var left = new ArrayList<Path>();
    for (String type : List.of("vm", "ct", "host")) {
      Path directory = store().resolve(type);
      if (Files.exists(directory)) left.addAll(leftovers(directory));
    }
    return left;
  }

  private static List<Path> leftovers(Path type) {
    try (Stream<Path> files = Files.walk(type, 3)) {
      return files
          .filter(file -> file.toString().contains(".tmp")
              || type.relativize(file).getNameCount() == 2
                  && Files.isDirectory(file)
                  && Files.notExists(file.resolve("index.json.blob")))
          .toList();
    } catch (UncheckedIOException | IOException changed) {
      return List.of(type); // it went away while it was listed: ask again
    }
  }

  /** Chunks under temporary names. */
  List<Path> temporaryChunks() throws IOException {
    try (Stream<Path> files = Files.walk(store().resolve(".chunks"), 2)) {
      return files.filter(file -> file.toString().contains(".tmp_")).toList();
    }
  }

  @Override
  public void close() {
    children.close();
  }
}
