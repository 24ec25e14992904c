package io.reprise.gc;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.reprise.gc.collect.Collections;
import io.reprise.gc.space.SpaceReports;
import io.reprise.gc.verify.Verifiers;
import io.reprise.platform.ServiceDirectories;
import io.reprise.platform.job.JobRunner;
import io.reprise.service.ReadyFile;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import org.jboss.logging.Logger;

/** Begins and ends the work, jobs before the indexes that they need. */
@ApplicationScoped
class Lifecycle {
  private static final Logger LOG = Logger.getLogger(Lifecycle.class);

  private final Collections collections;
  private final Verifiers verifiers;
  private final JobRunner runner;
  private final SpaceReports spaces;
  private final ServiceDirectories directories;
  private final ReadyFile ready;

  Lifecycle(
      Collections collections,
      Verifiers verifiers,
      JobRunner runner,
      SpaceReports spaces,
      ServiceDirectories directories) {
    this.collections = collections;
    this.verifiers = verifiers;
    this.runner = runner;
    this.spaces = spaces;
    this.directories = directories;
    ready = new ReadyFile(directories.run().resolve("gc.ready"));
  }

  void start(@Observes StartupEvent event) throws IOException {
    collections.start();
    verifiers.start(runner::wake);
    runner.start();
    spaces.start();
    ready.write(directories.replica());
    LOG.infof("replica %s, state in %s", directories.replica(), directories.state());
  }

  void stop(@Observes ShutdownEvent event) throws IOException {
    ready.delete();
    runner.close();
    verifiers.close();
    spaces.close();
    collections.close();
  }
}
