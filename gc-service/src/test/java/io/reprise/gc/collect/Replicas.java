package io.reprise.gc.collect;

import static org.awaitility.Awaitility.await;

import io.reprise.datastore.AuthId;
import io.reprise.gc.TestStores;
import io.reprise.platform.config.ConfigDirectory;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.RepriseConfig;
import io.reprise.platform.event.Event;
import io.reprise.platform.event.Events;
import io.reprise.platform.event.Transport;
import io.reprise.platform.event.Truth;
import io.reprise.platform.job.JobRunner;
import io.reprise.platform.job.JobStates;
import io.reprise.platform.job.JobType;
import io.reprise.platform.job.Jobs;
import io.reprise.platform.job.Leases;
import io.reprise.platform.job.Requests;
import io.reprise.platform.task.Tasks;
import io.reprise.platform.task.Upid;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Replicas over one datastore, without a broker, and what is asked of them. */
final class Replicas implements AutoCloseable {
  static final Duration SOON = Duration.ofSeconds(90);

  /** In {@code reprise.cfg}: as PBS has it. */
  static final String DAY = "\tgc-cutoff 86400\n";

  final TestStores stores;
  final Jobs jobs;
  final Events events;
  private final Path root;
  private final List<AutoCloseable> open = new ArrayList<>();

  Replicas(Path root) throws IOException {
    this.root = root;
    stores = new TestStores(root);
    jobs = jobs("a");
    events = events();
    open.add(events);
    stores.configure("st1", "", DAY);
  }

  Jobs jobs(String replica) throws IOException {
    Path state = stores.state();
    return new Jobs(
        new Tasks(state.resolve("tasks"), "host1"),
        new JobStates(state),
        new Leases(state, replica),
        new Requests(state));
  }

  private Events events() {
    return new Events(
        stores.state().resolve("outbox"),
        "a",
        "host1",
        new Transport() {
          @Override
          public void connect() throws IOException {
            throw new IOException("no broker");
          }

          @Override
          public CompletionStage<Void> send(Event event) {
            throw new AssertionError("not connected");
          }
        },
        event -> Truth.Verdict.SEND);
  }

  /** A replica with its own index directory, as on its own host. */
  Collections replica(String name, Jobs of) throws IOException {
    var config = new ConfigDirectory(stores.config());
    var own = new RepriseConfig(config);
    var configured = new Datastores(config, own);
    var collections = new Collections(
        new Settings(
            stores.layout(),
            root.resolve("index-" + name),
            stores.state().resolve("status"),
            Duration.ofMillis(300),
            Duration.ofMillis(100),
            Duration.ofMinutes(15)),
        configured,
        own,
        of.leases(),
        events);
    var runner = new JobRunner(of, List.of(new CollectionJob(collections, configured)));
    open.addFirst(collections);
    open.addFirst(runner);
    collections.start();
    runner.start();
    return collections;
  }

  Upid request() throws IOException {
    return jobs.request(
        new Jobs.Order(
            JobType.GARBAGE_COLLECTION,
            "st1",
            "st1",
            "starting garbage collection on store st1",
            AuthId.parse("admin@pbs")),
        events);
  }

  String end(Upid upid) {
    await().atMost(SOON).until(() -> jobs.tasks().end(upid) != null);
    return jobs.tasks().end(upid).status();
  }

  List<String> log(Upid upid) throws IOException {
    return jobs.tasks().log(upid, 0, 0).lines().stream()
        .map(line -> line.substring(line.indexOf(": ") + 2))
        .toList();
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable each : open) each.close();
  }
}
