package io.reprise.ingest;

import io.reprise.datastore.snapshot.DatastoreLayout;
import io.reprise.ingest.memory.MemoryBudget;
import io.reprise.ingest.store.Stores;
import io.reprise.platform.access.AccessControl;
import io.reprise.platform.config.ConfigDirectory;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.JobConfigs;
import io.reprise.platform.config.RepriseConfig;
import io.reprise.platform.job.JobStates;
import io.reprise.platform.job.Jobs;
import io.reprise.platform.job.Leases;
import io.reprise.platform.job.Requests;
import io.reprise.platform.task.Tasks;
import io.reprise.service.ThisService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;

/** Makes, once, the parts that are plain Java and know nothing of this framework. */
@ApplicationScoped
class Parts {
  @Produces
  @Singleton
  Directories directories(IngestConfig settings) throws IOException {
    return Directories.of(settings);
  }

  @Produces
  @Singleton
  ThisService service(Directories directories, IngestConfig settings) {
    return new ThisService(
        directories.state(),
        directories.replica(),
        directories.node(),
        settings.supervised(),
        settings.topicPartitions());
  }

  @Produces
  @Singleton
  Tasks tasks(Directories directories) throws IOException {
    return new Tasks(directories.tasks(), directories.node());
  }

  @Produces
  @Singleton
  ConfigDirectory configuration(Directories directories) {
    return new ConfigDirectory(directories.config());
  }

  @Produces
  @Singleton
  AccessControl access(ConfigDirectory configuration) throws IOException {
    return AccessControl.open(configuration);
  }

  @Produces
  @Singleton
  RepriseConfig ownConfiguration(ConfigDirectory configuration) {
    return new RepriseConfig(configuration);
  }

  @Produces
  @Singleton
  Datastores datastores(ConfigDirectory configuration, RepriseConfig own) {
    return new Datastores(configuration, own);
  }

  @Produces
  @Singleton
  JobConfigs jobConfigurations(ConfigDirectory configuration) {
    return new JobConfigs(configuration);
  }

  @Produces
  @Singleton
  JobStates jobStates(Directories directories) throws IOException {
    return new JobStates(directories.state());
  }

  @Produces
  @Singleton
  Jobs jobs(Tasks tasks, JobStates states, Directories directories) throws IOException {
    return new Jobs(
        tasks,
        states,
        new Leases(directories.state(), directories.replica()),
        new Requests(directories.state()));
  }

  @Produces
  @Singleton
  Stores stores(Datastores configured, Directories directories) {
    return new Stores(
        configured::find, new DatastoreLayout(directories.state(), directories.run()));
  }

  @Produces
  @Singleton
  MemoryBudget memory(IngestConfig settings) {
    return new MemoryBudget(
        settings.sessionMemory().asLongValue(), settings.readAheadMemory().asLongValue());
  }
}
