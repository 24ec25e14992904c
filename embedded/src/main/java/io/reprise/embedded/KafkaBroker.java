package io.reprise.embedded;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A real Kafka broker in a child process on loopback. Its data stay in the given directory and are taken up again by the
 * next broker there; closing stops it in order, and it stops by itself when this process dies.
 */
public final class KafkaBroker implements AutoCloseable {
  /** Directory of the broker's jars; by default the one that the build makes beside this class. */
  private static final String LIBRARIES = "reprise.broker.lib";

  private static final int ATTEMPTS = 3;

  private final ChildJvm process;
  private final int port;

  private KafkaBroker(ChildJvm process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts a broker on a free port. */
  public static KafkaBroker start(Path directory) throws IOException {
    return start(directory, 0);
  }

  /**
   * @param directory holds the broker's data and its log; made if missing
   * @param port where clients connect; 0 takes a free one
   * @throws IOException with the end of the broker's log if it does not come up
   */
  @SuppressWarnings("resource") // the broker's own close stops its only child
  public static KafkaBroker start(Path directory, int port) throws IOException {
    return start(directory, port, new Children());
  }

  /** The same, as one of the children of a command. */
  public static KafkaBroker start(Path directory, int port, Children children) throws IOException {
    IOException failed = null;
    // A free port may be taken between looking and binding; only then is another try worth it.
    for (int attempt = 0; attempt < (port == 0 ? ATTEMPTS : 1); attempt++) {
      try {
        return launch(directory, port == 0 ? freePort() : port, children);
      } catch (InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        failed = e;
      }
    }
    throw failed == null ? new IOException("no broker was started") : failed;
  }

  /** {@code host:port} for clients. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  public int port() {
    return port;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Completes with a sentence when it has ended, whoever ended it. */
  public CompletableFuture<String> ended() {
    return process.ended();
  }

  /** SIGKILL: what a crash of the broker's host looks like to its clients. */
  public void kill() {
    process.kill();
  }

  @Override
  public void close() {
    process.close();
  }

  private static KafkaBroker launch(Path directory, int port, Children children)
      throws IOException {
    Path data = Files.createDirectories(directory.resolve("data"));
    Path ready = directory.resolve("ready");
    Files.deleteIfExists(ready);
    var process = children.start(
        "the Kafka broker",
        List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            // mostly idle: a quick start matters more than the last throughput
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-Dorg.slf4j.simpleLogger.showDateTime=true",
            "-cp",
            classPath(),
            "io.reprise.embedded.broker.BrokerMain",
            data.toString(),
            Integer.toString(port),
            Integer.toString(freePort()),
            ready.toString()),
        Map.of(),
        directory.resolve("broker.log"));
    try {
      process.await(ready);
    } catch (IOException e) {
      process.kill();
      throw e;
    }
    return new KafkaBroker(process, port);
  }

  private static String classPath() throws IOException {
    Path own = ownLocation();
    String given = System.getProperty(LIBRARIES);
    Path libraries = given != null ? Path.of(given) : own.resolveSibling("broker");
    if (!Files.isDirectory(libraries)) {
      throw new IOException("the Kafka broker's libraries are not in " + libraries
          + ": build first, or name their directory with -D" + LIBRARIES);
    }
    return own + System.getProperty("path.separator") + libraries + "/*";
  }

  private static Path ownLocation() throws IOException {
    try {
      return Path.of(
          KafkaBroker.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (java.net.URISyntaxException e) {
      throw new IOException("cannot tell where the class path of Reprise lies", e);
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
