package io.reprise.gc.verify;

import io.reprise.datastore.AuthId;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.InvalidName;
import io.reprise.datastore.Namespace;
import io.reprise.datastore.SnapshotId;
import io.reprise.datastore.lock.DirectoryLock;
import io.reprise.datastore.lock.LockBusy;
import io.reprise.datastore.manifest.FileEntry;
import io.reprise.datastore.manifest.Manifest;
import io.reprise.datastore.manifest.VerifyState;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.platform.job.LeaseLost;
import io.reprise.platform.job.VerifyOrder;
import io.reprise.platform.task.TaskProgress;
import io.reprise.platform.task.Upid;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One verification: which snapshots in which order, and what its task's log says (datastore.md §9.1, config.md §8.5). */
final class Verification {
  private static final GroupId BENCHMARK = GroupId.parse("host/benchmark");
  private static final String ABSENT = "ENOENT: No such file or directory";

  private final VerifyPass pass;
  private final VerifyOrder order;
  private final Datastore datastore;
  private final Upid task;
  private final List<String> failed = new ArrayList<>();

  private record Group(Namespace namespace, GroupId id) {}

  Verification(VerifyPass pass, VerifyOrder order) {
    this.pass = pass;
    this.order = order;
    datastore = pass.datastore();
    task = pass.run().task().upid();
  }

  /** @throws IOException what the task fails with */
  void run() throws IOException {
    if (order.fresh()) pass.log("Automatically verifying newly added snapshot");
    GroupId group = order.group();
    SnapshotId snapshot = order.snapshot();
    if (snapshot != null) snapshot(order.namespace(), snapshot);
    else if (group != null) group(new Group(order.namespace(), group), 0, 1);
    else all();
    if (failed.isEmpty()) return;
    pass.log("Failed to verify the following snapshots/groups:");
    failed.forEach(each -> pass.log("\t" + each));
    throw new IOException("verification failed - please check the log for details");
  }

  private void all() throws IOException {
    pass.log("verify datastore " + datastore.name());
    AuthId owner = order.owner();
    if (owner != null) pass.log("limiting to backups owned by " + owner);
    List<Group> groups = groups();
    pass.log("found " + groups.size() + " groups");
    for (int i = 0; i < groups.size(); i++) group(groups.get(i), i, groups.size());
  }

  private List<Group> groups() throws IOException {
    if (!datastore.exists(order.namespace())) {
      pass.log("error on iterating groups in ns '" + order.namespace() + "' - " + ABSENT);
      failed.add(ABSENT);
      return List.of();
    }
    var groups = new ArrayList<Group>();
    for (Namespace namespace : datastore.namespaces(order.namespace(), order.maxDepth())) {
      for (GroupId id : datastore.groups(namespace)) {
        if (!id.equals(BENCHMARK) && isWanted(namespace, id)) groups.add(new Group(namespace, id));
      }
      pass.check();
    }
    groups.sort(Comparator.comparing(Group::id));
    return groups;
  }

  private boolean isWanted(Namespace namespace, GroupId group) throws IOException {
    AuthId owner = order.owner();
    if (owner == null) return true;
    try {
      return owner.owns(datastore.owner(namespace, group));
    } catch (NoSuchFileException withoutOwner) {
      return false;
    }
  }

  private void group(Group group, int done, int of) throws IOException {
    List<SnapshotId> snapshots =
        datastore.snapshots(group.namespace(), group.id()).reversed();
    if (snapshots.isEmpty() && !datastore.exists(group.namespace(), group.id())) {
      String where =
          group.namespace().isRoot() ? "root namespace" : "namespace '" + group.namespace() + "'";
      pass.log("verify datastore '%s', %s, group %s - unable to list backups: %s"
          .formatted(datastore.name(), where, group.id(), ABSENT));
      return;
    }
    pass.log("verify group %s:%s (%d snapshots)"
        .formatted(datastore.name(), group.id(), snapshots.size()));
    for (int i = 0; i < snapshots.size(); i++) {
      snapshot(group.namespace(), snapshots.get(i));
      progress(done, of, i + 1, snapshots.size());
    }
  }

  /** config.md §8.8. */
  private void progress(int done, int of, int snapshot, int snapshots) {
    double percent = 100.0 * (done + (double) snapshot / snapshots) / of;
    String where = of == 1
        ? "(%d/%d snapshots)".formatted(snapshot, snapshots)
        : snapshot == snapshots
            ? "(%d/%d groups)".formatted(done + 1, of)
            : "(%d/%d groups, %d/%d snapshots in group #%d)"
                .formatted(done, of, snapshot, snapshots, done + 1);
    String line = String.format(Locale.ROOT, "%.2f%% %s", percent, where);
    pass.log("percentage done: " + line);
    pass.run().task().progress(new TaskProgress(percent, 0, 0, line));
  }

  private void snapshot(Namespace namespace, SnapshotId snapshot) throws IOException {
    pass.run().check();
    String name = datastore.name() + ":" + snapshot;
    if (!datastore.exists(namespace, snapshot)) {
      skip(name, " - snapshot does not exist (anymore).");
      return;
    }
    DirectoryLock lock;
    try {
      lock = datastore.lockForReading(namespace, snapshot);
    } catch (NoSuchFileException removed) {
      skip(name, " - snapshot does not exist (anymore).");
      return;
    } catch (LockBusy busy) {
      skip(name, " - could not acquire snapshot lock: " + busy.getMessage());
      return;
    }
    try (lock) {
      locked(namespace, snapshot, name);
    }
  }

  private void locked(Namespace namespace, SnapshotId snapshot, String name) throws IOException {
    Manifest manifest;
    try {
      manifest = datastore.manifest(namespace, snapshot);
    } catch (IOException e) {
      pass.log("verify " + name + " - manifest load error: " + e.getMessage());
      fail(namespace, snapshot);
      return;
    }
    VerifyState before = manifest.verifyState();
    if (before != null && before.upid().equals(task.toString())) {
      // By the process that did this before and died.
      if (!before.ok()) fail(namespace, snapshot);
    } else if (isRecent(before)) {
      skip(name, " (recently verified)");
    } else {
      files(namespace, snapshot, manifest);
    }
  }

  private void skip(String name, String why) {
    pass.log("SKIPPED: verify " + name + why);
  }

  private void fail(Namespace namespace, SnapshotId snapshot) {
    String path = namespace.isRoot() ? "" : "ns/" + String.join("/ns/", namespace.components());
    failed.add(path.isEmpty() ? snapshot.toString() : path + "/" + snapshot);
  }

  /** datastore.md §9.3; what the result was does not matter. */
  private boolean isRecent(@Nullable VerifyState state) {
    if (!order.ignoreVerified() || state == null) return false;
    Upid by;
    try {
      by = Upid.parse(state.upid());
    } catch (InvalidName unknown) {
      return false;
    }
    Long outdated = order.outdatedAfter();
    var age = Duration.between(Instant.ofEpochSecond(by.startTime()), Instant.now());
    return outdated == null || age.toDays() <= outdated;
  }

  private void files(Namespace namespace, SnapshotId snapshot, Manifest manifest)
      throws IOException {
    String name = datastore.name() + ":" + snapshot;
    pass.log("verify " + name);
    var files = new SnapshotFiles(pass, datastore.directory(namespace, snapshot));
    boolean ok = true;
    for (FileEntry file : manifest.files()) {
      pass.log("  check " + file.name());
      try {
        files.check(file);
      } catch (LeaseLost lost) {
        throw lost;
      } catch (IOException e) {
        pass.run().check(); // it may be the service that stops
        pass.log("verify " + name + "/" + file.name() + " failed: " + e.getMessage());
        ok = false;
      }
    }
    var state = new VerifyState(ok, task.toString());
    datastore.updateManifest(namespace, snapshot, now -> now.withVerifyState(state));
    if (!ok) fail(namespace, snapshot);
  }
}
