package io.reprise.platform;

import java.nio.file.Path;
import java.util.Optional;

/** Where a service is told to keep its files; what is not set is a PBS's own if one lives here, else Reprise's. */
public interface DirectorySettings {
  /** Configuration files. */
  Optional<Path> config();

  /** Outbox, requests, locks, leases, job state; shared by all hosts, as is the configuration. */
  Optional<Path> state();

  /** Files of this process, gone after a restart of the host. */
  Optional<Path> run();

  /** Task logs. */
  Optional<Path> tasks();

  /** Name of this process among its replicas; the host's name unless set. */
  Optional<String> replica();

  /** Host name in task ids, up to the first dot; the host's own unless set. */
  Optional<String> node();
}
