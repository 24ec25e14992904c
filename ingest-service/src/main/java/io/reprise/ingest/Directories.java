package io.reprise.ingest;

import io.reprise.ingest.rest.ApiLogs;
import io.reprise.platform.ServiceDirectories;
import io.reprise.platform.log.LogFile;
import java.io.IOException;
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
    Path config, Path state, Path run, Path tasks, Path apiLog, String node, String replica)
    implements ApiLogs {
  private static final Path PBS_LOG = Path.of("/var/log/proxmox-backup");

  /** @throws IOException if a directory is missing and cannot be made; the message says what to set */
  static Directories of(IngestConfig settings) throws IOException {
    var common = ServiceDirectories.of(settings, "reprise.ingest");
    Path log = settings
        .log()
        .orElse(
            ServiceDirectories.isBesidePbs(settings)
                ? PBS_LOG
                : common.state().resolve("log").resolve(common.replica()));
    return new Directories(
        common.config(),
        common.state(),
        common.run(),
        common.tasks(),
        ServiceDirectories.made(log.resolve("api"), "reprise.ingest.log"),
        common.node(),
        common.replica());
  }

  /** A log of requests. Beside a PBS it is the PBS that sets it aside when it has grown. */
  @Override
  public LogFile log(String name) {
    return new LogFile(apiLog.resolve(name), !apiLog.startsWith(PBS_LOG));
  }
}
