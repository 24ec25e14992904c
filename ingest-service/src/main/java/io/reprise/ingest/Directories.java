package io.reprise.ingest;

import io.reprise.platform.log.LogFile;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where this process keeps its files (design.md, "On the shared filesystem").
 *
 * @param config shared by all hosts, as is {@code state}
 * @param run of this process alone
 * @param apiLog where {@code access.log} and {@code auth.log} are
 * @param node host name without a domain, for task ids
 * @param replica name of this process among its replicas
 */
public record Directories(
    Path config, Path state, Path run, Path tasks, Path apiLog, String node, String replica) {
  private static final Path PBS_CONFIG = Path.of("/etc/proxmox-backup");
  private static final Path PBS_LOG = Path.of("/var/log/proxmox-backup");

  /** @throws IOException if a directory is missing and cannot be made; the message says what to set */
  static Directories of(IngestConfig settings) throws IOException {
    boolean besidePbs = Files.isReadable(PBS_CONFIG) && Files.isExecutable(PBS_CONFIG);
    String host = hostName();
    String replica = settings.replica().orElse(host);
    Path config = settings.config().orElse(besidePbs ? PBS_CONFIG : Path.of("/etc/reprise"));
    Path state = settings
        .state()
        .orElse(Path.of(besidePbs ? "/var/lib/proxmox-backup" : "/var/lib/reprise"));
    Path run = settings
        .run()
        .orElse(
            besidePbs && settings.state().isEmpty()
                ? Path.of("/run/proxmox-backup")
                : state.resolve("run").resolve(replica));
    Path tasks = settings
        .tasks()
        .orElse(
            besidePbs && settings.state().isEmpty()
                ? PBS_LOG.resolve("tasks")
                : state.resolve("tasks"));
    Path log = settings
        .log()
        .orElse(
            besidePbs && settings.state().isEmpty()
                ? PBS_LOG
                : state.resolve("log").resolve(replica));
    var directories = new Directories(
        made(config, "reprise.ingest.config"),
        made(state, "reprise.ingest.state"),
        made(run, "reprise.ingest.run"),
        made(tasks, "reprise.ingest.tasks"),
        made(log.resolve("api"), "reprise.ingest.log"),
        settings.node().orElse(host).split("\\.", 2)[0],
        replica);
    return directories;
  }

  /** A log of requests. Beside a PBS it is the PBS that sets it aside when it has grown. */
  public LogFile log(String name) {
    return new LogFile(apiLog.resolve(name), !apiLog.startsWith(PBS_LOG));
  }

  private static Path made(Path directory, String setting) throws IOException {
    try {
      return Files.createDirectories(directory).toAbsolutePath();
    } catch (IOException e) {
      throw new IOException(
          "directory " + directory + " cannot be made (" + e.getMessage() + "): make it, or set "
              + setting,
          e);
    }
  }

  static String hostName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException noProc) {
      return InetAddress.getLoopbackAddress().getHostName();
    }
  }
}
