package io.reprise.gc;

import io.reprise.datastore.snapshot.DatastoreLayout;
import io.reprise.gc.collect.CollectionJob;
import io.reprise.gc.collect.Collections;
import io.reprise.gc.collect.Settings;
import io.reprise.gc.collect.SharedSweeps;
import io.reprise.gc.prune.PruneJob;
import io.reprise.gc.prune.PruneNow;
import io.reprise.gc.prune.PrunePreview;
import io.reprise.gc.prune.PruneSettings;
import io.reprise.gc.space.SpaceReports;
import io.reprise.gc.verify.ProvingThreads;
import io.reprise.gc.verify.Verifiers;
import io.reprise.gc.verify.VerifyJob;
import io.reprise.platform.ServiceDirectories;
import io.reprise.platform.config.ConfigDirectory;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.JobConfigs;
import io.reprise.platform.config.RepriseConfig;
import io.reprise.platform.event.Events;
import io.reprise.platform.event.StandingSnapshots;
import io.reprise.platform.job.JobKind;
import io.reprise.platform.job.JobRunner;
import io.reprise.platform.job.JobStates;
import io.reprise.platform.job.Jobs;
import io.reprise.platform.job.Leases;
import io.reprise.platform.job.RequestEvents;
import io.reprise.platform.job.Requests;
import io.reprise.platform.task.Tasks;
import io.reprise.service.ThisService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;

/** Makes, once, the parts that are plain Java and know nothing of this framework. */
@ApplicationScoped
class GcParts {
  @Produces
  @Singleton
  ServiceDirectories directories(GcConfig settings) throws IOException {
    return ServiceDirectories.of(settings, "reprise.gc");
  }

  @Produces
  @Singleton
  ThisService service(ServiceDirectories directories, GcConfig settings) {
    return new ThisService(
        directories.state(),
        directories.replica(),
        directories.node(),
        settings.supervised(),
        settings.topicPartitions());
  }

  @Produces
  @Singleton
  DatastoreLayout layout(ServiceDirectories directories) {
    return new DatastoreLayout(directories.state(), directories.run());
  }

  @Produces
  @Singleton
  Tasks tasks(ServiceDirectories directories) throws IOException {
    return new Tasks(directories.tasks(), directories.node());
  }

  @Produces
  @Singleton
  RepriseConfig ownConfiguration(ServiceDirectories directories) {
    return new RepriseConfig(new ConfigDirectory(directories.config()));
  }

  @Produces
  @Singleton
  Datastores datastores(ServiceDirectories directories, RepriseConfig own) {
    return new Datastores(new ConfigDirectory(directories.config()), own);
  }

  @Produces
  @Singleton
  StandingSnapshots.Stores standing(Datastores configured, DatastoreLayout layout) {
    return new ConfiguredStores(configured, layout);
  }

  @Produces
  @Singleton
  Jobs jobs(Tasks tasks, ServiceDirectories directories) throws IOException {
    return new Jobs(
        tasks,
        new JobStates(directories.state()),
        new Leases(directories.state(), directories.replica()),
        new Requests(directories.state()));
  }

  @Produces
  @Singleton
  Collections collections(
      GcConfig settings,
      ServiceDirectories directories,
      DatastoreLayout layout,
      Datastores configured,
      RepriseConfig own,
      Jobs jobs,
      Events events) {
    var common = new Settings(
        layout,
        settings.index().orElse(directories.state().resolve("gc")),
        status(directories),
        settings.period(),
        settings.gather(),
        settings.orphanValidity());
    return new Collections(common, configured, own, jobs.leases(), events);
  }

  @Produces
  @Singleton
  PruneSettings pruneSettings(ServiceDirectories directories, DatastoreLayout layout) {
    return new PruneSettings(new ConfigDirectory(directories.config()), layout);
  }

  @Produces
  @Singleton
  Verifiers verifiers(
      DatastoreLayout layout, Datastores configured, RepriseConfig own, Jobs jobs, Events events) {
    return new Verifiers(layout, configured, own, jobs, events);
  }

  @Produces
  @Singleton
  PruneJob pruneJob(PruneSettings settings, Events events, Collections collections) {
    return new PruneJob(settings, events, collections::hint);
  }

  @Produces
  @Singleton
  ProvingThreads provingThreads() {
    return new ProvingThreads();
  }

  @Produces
  @Singleton
  PrunePreview prunePreview(
      PruneSettings settings, Collections collections, ServiceDirectories directories) {
    return new PrunePreview(settings, collections, status(directories));
  }

  @Produces
  @Singleton
  VerifyJob.Parts verification(
      Verifiers verifiers,
      Datastores configured,
      ServiceDirectories directories,
      DatastoreLayout layout,
      ProvingThreads threads,
      Events events) {
    var jobs = new JobConfigs(new ConfigDirectory(directories.config()));
    return new VerifyJob.Parts(verifiers, configured, jobs, layout, threads, events);
  }

  @Produces
  @Singleton
  SpaceReports spaces(Collections collections, Events events, ServiceDirectories directories) {
    return new SpaceReports(collections, events, status(directories));
  }

  private static Path status(ServiceDirectories directories) {
    return directories.state().resolve("status");
  }

  @Produces
  @Singleton
  JobRunner runner(
      Jobs jobs,
      Collections collections,
      Datastores configured,
      PruneJob pruneJob,
      PrunePreview prunePreview,
      VerifyJob.Parts verification) {
    var kinds = new ArrayList<JobKind>(VerifyJob.all(verification));
    kinds.add(new CollectionJob(collections, configured));
    kinds.add(pruneJob);
    kinds.add(new PruneNow(pruneJob));
    kinds.add(prunePreview);
    return new JobRunner(jobs, kinds);
  }

  @Produces
  @Singleton
  SharedSweeps sweeps(Datastores configured, DatastoreLayout layout, Jobs jobs) {
    return new SharedSweeps(configured, layout, jobs.leases());
  }

  @Produces
  @Singleton
  RequestEvents requestEvents(Jobs jobs, JobRunner runner) {
    return new RequestEvents(jobs, runner::wake);
  }
}
