package io.reprise.ingest.backup;

import io.reprise.datastore.snapshot.BackupRefused;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.datastore.snapshot.NewSnapshot;
import io.reprise.datastore.snapshot.Refusal;
import io.reprise.ingest.Directories;
import io.reprise.ingest.memory.MemoryBudget;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.store.SnapshotEvents;
import io.reprise.ingest.store.Stores;
import io.reprise.ingest.upgrade.SessionProtocol;
import io.reprise.ingest.upgrade.StreamSession;
import io.reprise.ingest.upgrade.UpgradeRequest;
import io.reprise.ingest.upgrade.UpgradeRequest.Protocol;
import io.reprise.platform.task.Task;
import io.reprise.platform.task.Tasks;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;

/** Opens backup sessions: checks 3 and 5 to 12 of protocol.md §3.1, then the task. */
@ApplicationScoped
class BackupProtocol implements SessionProtocol {
  private static final String BENCHMARK = "host/benchmark";

  private final Stores stores;
  private final Tasks tasks;
  private final SnapshotEvents events;
  private final ChunkWorkers workers;
  private final MemoryBudget memory;
  private final Directories directories;

  BackupProtocol(
      Stores stores,
      Tasks tasks,
      SnapshotEvents events,
      ChunkWorkers workers,
      MemoryBudget memory,
      Directories directories) {
    this.stores = stores;
    this.tasks = tasks;
    this.events = events;
    this.workers = workers;
    this.memory = memory;
    this.directories = directories;
  }

  @Override
  public Protocol protocol() {
    return Protocol.BACKUP;
  }

  @Override
  public StreamSession open(UpgradeRequest request) throws IOException {
    boolean benchmarkGroup = request.snapshot().group().toString().equals(BENCHMARK);
    if (benchmarkGroup != request.benchmark()) {
      throw ApiError.badRequest(
          "the group " + BENCHMARK + " is for benchmarks, and benchmarks are for it alone");
    }
    Stores.Use use = stores.use(request.datastore(), Operation.WRITE);
    NewSnapshot snapshot = null;
    boolean done = false;
    try {
      snapshot = use.datastore()
          .startBackup(
              request.namespace(), request.snapshot(), request.caller(), request.benchmark());
      Task task = tasks.start(
          request.benchmark() ? "benchmark" : "backup",
          request.datastore() + ":" + request.snapshot().group(),
          request.caller());
      task.log("starting new %s on datastore '%s'%s: \"%s\""
          .formatted(
              request.benchmark() ? "benchmark" : "backup",
              request.datastore(),
              request.peer() == null ? "" : " from " + request.peer(),
              use.datastore().path().relativize(snapshot.directory())));
      var known = new KnownDigests(new KnownMemory(memory, directories.state()));
      var session = new BackupSession(
          request,
          use,
          snapshot,
          task,
          events,
          workers,
          known,
          memory::pieceBytes,
          new UploadJournal(directories.state(), request));
      done = true;
      return session;
    } catch (BackupRefused refused) {
      int status = refused.refusal() instanceof Refusal.NoNamespace ? 404 : 400;
      throw new ApiError(status, refused.refusal().message());
    } finally {
      if (!done) {
        if (snapshot != null) snapshot.close();
        use.close();
      }
    }
  }
}
