package io.reprise.gc;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.reprise.gc.collect.Collections;
import io.reprise.platform.ServiceDirectories;
import io.reprise.platform.job.JobRunner;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/** Begins and ends the work, jobs before the indexes that they need. */
@ApplicationScoped
class Lifecycle {
  private static final Logger LOG = Logger.getLogger(Lifecycle.class);

  private final Collections collections;
  private final JobRunner runner;
  private final ServiceDirectories directories;

  Lifecycle(Collections collections, JobRunner runner, ServiceDirectories directories) {
    this.collections = collections;
    this.runner = runner;
    this.directories = directories;
  }

  void start(@Observes StartupEvent event) throws IOException {
    collections.start();
    runner.start();
    Files.writeString(readyFile(), directories.replica() + "\n"); // the line end: it is whole
    LOG.infof("replica %s, state in %s", directories.replica(), directories.state());
  }

  void stop(@Observes ShutdownEvent event) throws IOException {
    Files.deleteIfExists(readyFile());
    runner.close();
    collections.close();
  }

  /** Tells whoever started this service that it works. */
  private Path readyFile() {
    return directories.run().resolve("gc.ready");
  }
}
