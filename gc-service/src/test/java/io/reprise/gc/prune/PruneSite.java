package io.reprise.gc.prune;

import static org.awaitility.Awaitility.await;

import io.reprise.datastore.AuthId;
import io.reprise.gc.TestStores;
import io.reprise.gc.collect.Collections;
import io.reprise.gc.collect.Settings;
import io.reprise.platform.config.ConfigDirectory;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.RepriseConfig;
import io.reprise.platform.event.Event;
import io.reprise.platform.event.Events;
import io.reprise.platform.event.Transport;
import io.reprise.platform.event.Truth;
import io.reprise.platform.job.JobKind;
import io.reprise.platform.job.JobRunner;
import io.reprise.platform.job.JobStates;
import io.reprise.platform.job.JobType;
import io.reprise.platform.job.Jobs;
import io.reprise.platform.job.Leases;
import io.reprise.platform.job.Requests;
import io.reprise.platform.task.Tasks;
import io.reprise.platform.task.Upid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** A datastore {@code st1} with snapshots that are names and nothing else, jobs for it, and who runs them. No broker. */
final class PruneSite implements AutoCloseable {
  static final AuthId OWNER = AuthId.parse("backup@pbs");
  private static final Duration SOON = Duration.ofSeconds(120);

  final TestStores stores;
  final Jobs jobs;
  final Events events;
  final List<String> pruned = java.util.Collections.synchronizedList(new ArrayList<>());
  private final List<AutoCloseable> open = new ArrayList<>();

  PruneSite(Path root) throws IOException {
    stores = new TestStores(root);
    stores.configure("st1", "", "");
    Path state = stores.state();
    jobs = new Jobs(
        new Tasks(state.resolve("tasks"), "host1"),
        new JobStates(state),
        new Leases(state, "a"),
        new Requests(state));
    events =
        new Events(state.resolve("outbox"), "a", "host1", new NoBroker(), e -> Truth.Verdict.SEND);
    open.add(events);
  }

  private static final class NoBroker implements Transport {
    @Override
    public void connect() throws IOException {
      throw new IOException("no broker");
    }

    @Override
    public CompletionStage<Void> send(Event event) {
      throw new AssertionError("not connected");
    }
  }

  /** @param namespace path below the datastore, e.g. {@code ns/a/}; empty for the root */
  void snapshots(String namespace, String group, String... times) throws IOException {
    Path directory = stores.base("st1").resolve(namespace + group);
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("owner"), OWNER + "\n");
    for (String time : times) {
      Path snapshot = Files.createDirectories(directory.resolve(time));
      Files.writeString(snapshot.resolve("index.json.blob"), "stands for a manifest");
    }
  }

  /** Names of the snapshots that are left, oldest first. */
  List<String> left(String group) throws IOException {
    try (Stream<Path> all = Files.list(stores.base("st1").resolve(group))) {
      return all.filter(Files::isDirectory)
          .map(path -> path.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  void prune(String cfg) throws IOException {
    Files.writeString(stores.config().resolve("prune.cfg"), cfg);
  }

  PruneJob kind() {
    return new PruneJob(settings(), events, pruned::add);
  }

  PruneSettings settings() {
    return new PruneSettings(new ConfigDirectory(stores.config()), stores.layout());
  }

  void start(JobKind... others) {
    var kinds = new ArrayList<JobKind>(List.of(others));
    kinds.add(kind());
    var runner = new JobRunner(jobs, kinds);
    open.addFirst(runner);
    runner.start();
  }

  /** Who keeps the reference index, and looks at it again and again. */
  Collections collections() {
    var config = new ConfigDirectory(stores.config());
    var own = new RepriseConfig(config);
    var collections = new Collections(
        new Settings(
            stores.layout(),
            stores.root.resolve("index"),
            stores.state().resolve("status"),
            Duration.ofMillis(300),
            Duration.ofMillis(100),
            Duration.ofMinutes(15)),
        new Datastores(config, own),
        own,
        jobs.leases(),
        events);
    open.addFirst(collections);
    collections.start();
    return collections;
  }

  /** Asks for a run, waits for its end. @return its log without times */
  List<String> run(String job, AuthId by) throws IOException {
    return run(JobType.PRUNE, job, by);
  }

  List<String> run(JobType type, String job, AuthId by) throws IOException {
    return end(
        jobs.request(new Jobs.Order(type, job, "st1", "prune job '" + job + "'", by), events));
  }

  List<String> end(Upid upid) {
    await().atMost(SOON).until(() -> jobs.tasks().end(upid) != null);
    try {
      var lines = jobs.tasks().log(upid, 0, 1000).lines();
      return lines.stream().map(line -> line.substring(27)).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  List<String> events(String topic) throws IOException {
    try (Stream<Path> all = Files.walk(stores.state().resolve("outbox"))) {
      var found = new ArrayList<String>();
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file);
        if (text.contains("io.reprise." + topic + ".v1")) found.add(text);
      }
      return found;
    }
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable each : open) each.close();
  }
}
