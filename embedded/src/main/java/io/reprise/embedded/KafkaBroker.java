package io.reprise.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A real Kafka broker in a child process on loopback. Its data stay in the given directory and are taken up again by the
 * next broker there; closing stops it in order, and it stops by itself when this process dies.
 */
public final class KafkaBroker implements AutoCloseable {
  /** Directory of the broker's jars; by default the one that the build makes beside this class. */
  private static final String LIBRARIES = "reprise.broker.lib";

  private static final Duration START = Duration.ofSeconds(120);
  private static final Duration STOP = Duration.ofSeconds(20);
  private static final int ATTEMPTS = 3;

  private final Process process;
  private final int port;

  private KafkaBroker(Process process, int port) {
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
  public static KafkaBroker start(Path directory, int port) throws IOException {
    IOException failed = null;
    // A free port may be taken between looking and binding; only then is another try worth it.
    for (int attempt = 0; attempt < (port == 0 ? ATTEMPTS : 1); attempt++) {
      try {
        return launch(directory, port == 0 ? freePort() : port);
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

  /** SIGKILL: what a crash of the broker's host looks like to its clients. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  @Override
  public void close() {
    try {
      process.getOutputStream().close(); // the end of its input tells it to stop
      if (process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
        return;
      }
    } catch (IOException gone) {
      // its input is closed because it is gone
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kill();
  }

  private static KafkaBroker launch(Path directory, int port) throws IOException {
    Path data = Files.createDirectories(directory.resolve("data"));
    Path log = directory.resolve("broker.log");
    var command = new ArrayList<String>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1", // short-lived and idle mostly: a quick start matters more than
        // the last throughput
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-Dorg.slf4j.simpleLogger.showDateTime=true",
        "-cp",
        classPath(),
        "io.reprise.embedded.broker.BrokerMain",
        data.toString(),
        Integer.toString(port),
        Integer.toString(freePort())));
    Process process = new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
    var broker = new KafkaBroker(process, port);
    var watchdog = Thread.ofVirtual().start(() -> {
      try {
        Thread.sleep(START);
        process.destroyForcibly();
      } catch (InterruptedException ready) {
        // it answered in time
      }
    });
    String line = firstLine(process);
    watchdog.interrupt();
    if (!"READY".equals(line)) {
      broker.kill();
      throw new IOException("the Kafka broker did not start; see " + log + ":\n" + tail(log));
    }
    return broker;
  }

  private static @Nullable String firstLine(Process process) throws IOException {
    // Not closed: the broker's output stays open as long as it runs.
    @SuppressWarnings("resource")
    var out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    return out.readLine();
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

  private static String tail(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }
}
