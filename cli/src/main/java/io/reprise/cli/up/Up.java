package io.reprise.cli.up;

import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.protocol.connect.ServerAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Runs the services of one data directory until it is told to stop. */
public final class Up implements Action {
  static final String DATASTORE = "main";

  @Option(
      names = "--data",
      paramLabel = "<dir>",
      description = "where everything is kept; made if missing (default: ~/.local/share/reprise)")
  private @Nullable String data;

  @Option(
      names = "--port",
      paramLabel = "<port>",
      description = "port of the PBS API; 0 takes a free one (default: ${DEFAULT-VALUE})")
  private int port = ServerAddress.DEFAULT_PORT;

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    var directory = new DataDirectory(data == null ? defaultData(at) : at.path(data));
    directory.make();
    try (var lock = directory.tryLock()) {
      if (lock == null) {
        throw new CommandFailed("already up:\n" + directory.description());
      }
      serve(directory, lock, at);
    }
  }

  private void serve(DataDirectory directory, DataDirectory.Lock lock, Surroundings at)
      throws CommandFailed, IOException, InterruptedException {
    var site = Site.start(directory, port, step -> at.messages().info(step + " …"));
    // Ctrl-C ends this process by its shutdown hooks; nothing after them runs.
    var stop = new Thread(site::close, "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    try {
      String password = site.newPassword();
      if (password != null) {
        at.messages().info("making datastore " + DATASTORE + " …");
        try (var rest = site.login(password)) {
          site.createDatastore(rest, DATASTORE, directory.datastore(DATASTORE));
        }
      }
      String where = places(site, directory);
      lock.describe("  process      " + ProcessHandle.current().pid() + "\n" + where);
      at.out().print("Reprise is up; Ctrl-C stops it.\n\n" + where + welcome(site, password));
      at.out().flush();
      throw new CommandFailed(site.failure().get() + "; see " + directory.logs());
    } catch (ExecutionException e) {
      throw new CommandFailed("cannot watch the services: " + e.getMessage(), e);
    } finally {
      try {
        Runtime.getRuntime().removeShutdownHook(stop);
        site.close();
      } catch (IllegalStateException stopping) {
        // the hook is at it
      }
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

  private static String welcome(Site site, @Nullable String password) {
    String shown = password == null ? "…" : password;
    String secret = password == null
        ? "  password     as printed at the first start\n"
        : "  password     " + password + "   (shown only now: keep it)\n";
    return secret
        + """

        With Proxmox's client, or with ./reprise instead of proxmox-backup-client:
          export PBS_REPOSITORY='%1$s' PBS_FINGERPRINT='%2$s' PBS_PASSWORD='%3$s'
          proxmox-backup-client backup etc.conf:/etc/fstab

        For Proxmox VE, on one of its nodes (the server's address as the nodes see it instead of localhost):
          pvesm add pbs reprise --server localhost --port %4$d --datastore %5$s --username %6$s \\
            --password '%3$s' --fingerprint '%2$s'
        """.formatted(
                site.repository(DATASTORE),
                site.fingerprint(),
                shown,
                site.address().port(),
                DATASTORE,
                Site.ADMIN);
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
