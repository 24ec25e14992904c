package io.reprise.platform;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a process keeps its files (design.md, "On the shared filesystem").
 *
 * @param config shared by all hosts, as is {@code state}
 * @param run of this process alone
 * @param node host name without a domain, for task ids
 * @param replica name of this process among its replicas
 */
public record ServiceDirectories(
    Path config, Path state, Path run, Path tasks, String node, String replica) {
  private static final Path PBS_CONFIG = Path.of("/etc/proxmox-backup");
  private static final Path PBS_LOG = Path.of("/var/log/proxmox-backup");

  /**
   * @param prefix of the settings, for messages, e.g. {@code reprise.gc}
   * @throws IOException if a directory is missing and cannot be made; the message says what to set
   */
  public static ServiceDirectories of(DirectorySettings settings, String prefix)
      throws IOException {
    boolean pbs = isBesidePbs();
    String host = hostName();
    String replica = settings.replica().orElse(host);
    Path state =
        settings.state().orElse(Path.of(pbs ? "/var/lib/proxmox-backup" : "/var/lib/reprise"));
    boolean shared = isBesidePbs(settings);
    Path run = settings
        .run()
        .orElse(shared ? Path.of("/run/proxmox-backup") : state.resolve("run").resolve(replica));
    return new ServiceDirectories(
        made(
            settings.config().orElse(pbs ? PBS_CONFIG : Path.of("/etc/reprise")),
            prefix + ".config"),
        made(state, prefix + ".state"),
        made(run, prefix + ".run"),
        made(
            settings.tasks().orElse(shared ? PBS_LOG.resolve("tasks") : state.resolve("tasks")),
            prefix + ".tasks"),
        settings.node().orElse(host).split("\\.", 2)[0],
        replica);
  }

  private static boolean isBesidePbs() {
    return Files.isReadable(PBS_CONFIG) && Files.isExecutable(PBS_CONFIG);
  }

  /** True if a PBS's own directories of logs and locks are to be used. */
  public static boolean isBesidePbs(DirectorySettings settings) {
    return isBesidePbs() && settings.state().isEmpty();
  }

  /** @throws IOException if it is missing and cannot be made; the message names the setting */
  public static Path made(Path directory, String setting) throws IOException {
    try {
      return Files.createDirectories(directory).toAbsolutePath();
    } catch (IOException e) {
      throw new IOException(
          "directory " + directory + " cannot be made (" + e.getMessage() + "): make it, or set "
              + setting,
          e);
    }
  }

  /** This host's name, as the kernel says. */
  public static String hostName() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException noProc) {
      return InetAddress.getLoopbackAddress().getHostName();
    }
  }
}
