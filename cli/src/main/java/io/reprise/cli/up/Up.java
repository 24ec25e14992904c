package io.reprise.cli.up;

import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.terminal.OnExit;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.embedded.Children;
import io.reprise.protocol.connect.ServerAddress;
import io.reprise.protocol.rest.Parameters;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Runs the services of one data directory until it is told to stop. */
public final class Up implements Action {
  static final String DATASTORE = "main";
  private static final int KAFKA_PORT = 9092;

  @Option(
      names = "--data",
      paramLabel = "<dir>",
      description = "where everything is kept; made if missing (default: ~/.local/share/reprise)")
  private @Nullable String data;

  @Option(
      names = "--port",
      paramLabel = "<port>",
      description = "port of the PBS API; 0 takes a free one (default: 8007)")
  private int port = ServerAddress.DEFAULT_PORT;

  @Option(
      names = "--kafka-port",
      paramLabel = "<port>",
      description = "port of the Kafka broker, on this host only; 0 takes a free one (default:"
          + " 9092, or a free one if that is taken)")
  private int kafkaPort = -1;

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    var directory = new DataDirectory(data == null ? defaultData(at) : at.path(data));
    directory.makeRoot();
    try (var lock = directory.tryLock()) {
      if (lock == null) {
        throw new CommandFailed("already up:\n" + directory.description());
      }
      lock.describe("  it is starting\n");
      directory.make();
      serve(directory, lock, at);
    }
  }

  private void serve(DataDirectory directory, DataDirectory.Lock lock, Surroundings at)
      throws CommandFailed, IOException, InterruptedException {
    try (var onExit = new OnExit(at.messages(), "stopping …")) {
      var children = new Children();
      onExit.undo(children::close);
      var settings =
          new Site.Settings(port, kafkaPort < 0 ? usualKafkaPort() : kafkaPort, List.of());
      var site = Site.start(directory, settings, children, step -> at.messages().info(step));
      String password = directory.firstPassword();
      if (password != null) makeDatastore(site, directory, password, at);
      String where = places(site, directory);
      lock.describe("  process      " + ProcessHandle.current().pid() + "\n" + where);
      at.out().print("Reprise is up; Ctrl-C stops it.\n\n" + where + secret(password));
      if (password != null) at.out().print(firstSteps(site, password));
      at.out().flush();
      directory.passwordIsKnown();
      site.keepRunning();
    }
  }

  private static void makeDatastore(
      Site site, DataDirectory directory, String password, Surroundings at)
      throws CommandFailed, IOException, InterruptedException {
    try (var rest = site.login(password)) {
      for (var store : rest.get("config/datastore", Parameters.none())) {
        if (store.path("name").asText().equals(DATASTORE)) return; // by a start that then failed
      }
      at.messages().info("making datastore " + DATASTORE);
      Site.createDatastore(rest, DATASTORE, directory.datastore(DATASTORE));
    }
  }

  private static String places(Site site, DataDirectory directory) {
    return """
          PBS API      https://%s
          fingerprint  %s
          user         %s
          Kafka        %s
          data         %s
        """.formatted(
        site.address(), site.fingerprint(), Site.ADMIN, site.bootstrapServers(), directory.root());
  }

  private static String secret(@Nullable String password) {
    return password == null
        ? "  password     as printed at the first start\n"
        : "  password     " + password + "   (shown only now: keep it)\n";
  }

  private static String firstSteps(Site site, String password) throws IOException {
    return """

        With Proxmox's client, or with ./reprise instead of proxmox-backup-client:
          export PBS_REPOSITORY='%1$s' PBS_FINGERPRINT='%2$s' PBS_PASSWORD='%3$s'
          proxmox-backup-client backup etc.conf:/etc/fstab

        For Proxmox VE, on one of its nodes:
          pvesm add pbs reprise --server %7$s --port %4$d --datastore %5$s --username %6$s \\
            --password '%3$s' --fingerprint '%2$s'
        or in /etc/pve/storage.cfg, with the password in /etc/pve/priv/storage/reprise.pw:
          pbs: reprise
                  server %7$s
                  port %4$d
                  datastore %5$s
                  username %6$s
                  fingerprint %2$s
                  content backup

        Events, as they come:
          ./reprise events tail --bootstrap %8$s
        """.formatted(
            site.repository(DATASTORE),
            site.fingerprint(),
            password,
            site.address().port(),
            DATASTORE,
            Site.ADMIN,
            Surroundings.hostName(), // as the nodes most likely know it
            site.bootstrapServers());
  }

  /** The one that clients take without being told, unless somebody has it. */
  private static int usualKafkaPort() {
    try (var socket = new ServerSocket(KAFKA_PORT, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException taken) {
      return 0;
    }
  }

  private static Path defaultData(Surroundings at) throws CommandFailed {
    String shared = at.variable("XDG_DATA_HOME");
    String home = at.variable("HOME");
    if (shared != null && !shared.isEmpty()) {
      return at.path(shared).resolve("reprise");
    }
    if (home == null) {
      throw new CommandFailed("HOME is not set: name a directory with --data");
    }
    return at.path(home).resolve(".local/share/reprise");
  }
}
