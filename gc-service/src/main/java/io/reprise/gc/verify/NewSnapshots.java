package io.reprise.gc.verify;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.os.FileStatus;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.DatastoreConfig;
import io.reprise.datastore.snapshot.DatastoreLayout;
import io.reprise.datastore.snapshot.Maintenance;
import io.reprise.platform.config.Datastores;
import io.reprise.platform.config.Replace;
import io.reprise.platform.config.Section;
import io.reprise.platform.job.JobType;
import io.reprise.platform.job.Jobs;
import io.reprise.platform.job.VerifyOrder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Has new snapshots of a datastore verified where its {@code verify-new} is set (datastore.md §9.3). An event says so at once;
 * a look at the manifests now and then finds those of which none came. Each is asked for once.
 */
final class NewSnapshots {
  static final Duration LOOK = Duration.ofMinutes(2);
  /** How long ago a manifest may have come that no look has seen: clocks of hosts differ, and the wish may be new. */
  private static final Duration OVERLAP = Duration.ofHours(1);

  private static final int MODE = 0640;

  private final String store;
  private final Path directory;
  private final Path since;
  private final Datastores configured;
  private final DatastoreLayout layout;
  private final Jobs jobs;
  private final Runnable wake;
  private final Duration look;
  private long looked;

  /**
   * @param directory where it remembers since when they are verified
   * @param look at least so long from one look to the next
   */
  NewSnapshots(
      String store,
      Path directory,
      Datastores configured,
      DatastoreLayout layout,
      Jobs jobs,
      Runnable wake,
      Duration look) {
    this.store = store;
    this.directory = directory;
    this.since = directory.resolve("new-since");
    this.configured = configured;
    this.layout = layout;
    this.jobs = jobs;
    this.wake = wake;
    this.look = look;
    looked = System.nanoTime() - look.toNanos();
  }

  private boolean isWanted() throws IOException {
    Section section = configured.section(store);
    return section != null && section.is("verify-new", false);
  }

  /** A snapshot that an event told of. */
  void finished(Namespace namespace, SnapshotId snapshot) throws IOException {
    DatastoreConfig config = configured.find(store);
    if (config == null || !isWanted()) return;
    try (var datastore = Datastore.open(config, layout)) {
      request(datastore, namespace, snapshot);
    }
  }

  /** Looks, if it is time to, for those of which no event came. */
  void look() throws IOException {
    if (System.nanoTime() - looked < look.toNanos()) return;
    if (!isWanted()) {
      Files.deleteIfExists(since);
      return;
    }
    looked = System.nanoTime();
    DatastoreConfig config = configured.find(store);
    if (config == null || isClosed(config)) return;
    Instant now = Instant.now();
    Instant next = now.minus(OVERLAP);
    Instant known = since();
    try (var datastore = Datastore.open(config, layout)) {
      look(datastore, known == null ? next : known);
    }
    if (known == null || next.isAfter(known)) remember(next);
  }

  private boolean isClosed(DatastoreConfig config) {
    Maintenance maintenance = config.maintenance();
    return maintenance != null && maintenance.refusal(store, Maintenance.Operation.READ) != null;
  }

  /** @return null if it was not set before */
  private @Nullable Instant since() throws IOException {
    try {
      return Instant.parse(Files.readString(since).strip());
    } catch (NoSuchFileException | java.time.DateTimeException unknown) {
      return null;
    }
  }

  private void remember(Instant time) throws IOException {
    Files.createDirectories(directory);
    Replace.file(since, time.toString().getBytes(StandardCharsets.UTF_8), MODE);
  }

  private void look(Datastore datastore, Instant from) throws IOException {
    for (Namespace namespace : datastore.namespaces(Namespace.ROOT, Namespace.MAX_DEPTH)) {
      for (GroupId group : datastore.groups(namespace)) {
        for (SnapshotId snapshot : datastore.snapshots(namespace, group)) {
          Path manifest =
              datastore.directory(namespace, snapshot).resolve(ArchiveName.MANIFEST.text());
          FileStatus status = FileStatus.find(manifest);
          if (status == null || status.modified().isBefore(from)) continue;
          request(datastore, namespace, snapshot);
        }
      }
    }
  }

  private void request(Datastore datastore, Namespace namespace, SnapshotId snapshot)
      throws IOException {
    AuthId owner;
    try {
      if (datastore.manifest(namespace, snapshot).verifyState() != null) return;
      owner = datastore.owner(namespace, snapshot.group());
    } catch (NoSuchFileException | BadFormat notToBeVerified) {
      return;
    }
    String id = UUID.nameUUIDFromBytes(
            (store + "\n" + namespace + "\n" + snapshot).getBytes(StandardCharsets.UTF_8))
        .toString();
    var order = VerifyOrder.fresh(namespace, snapshot);
    if (jobs.accept(
        "verify-new-" + id, Instant.now(), JobType.VERIFY, store, order.toJson(), owner)) {
      wake.run();
    }
  }
}
