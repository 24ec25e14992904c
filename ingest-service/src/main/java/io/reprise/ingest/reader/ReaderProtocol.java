package io.reprise.ingest.reader;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.lock.DirectoryLock;
import io.reprise.datastore.lock.LockBusy;
import io.reprise.datastore.os.Descriptor;
import io.reprise.datastore.snapshot.Datastore;
import io.reprise.datastore.snapshot.Maintenance.Operation;
import io.reprise.ingest.Directories;
import io.reprise.ingest.memory.MemoryBudget;
import io.reprise.ingest.rest.ApiError;
import io.reprise.ingest.store.Stores;
import io.reprise.ingest.upgrade.SessionProtocol;
import io.reprise.ingest.upgrade.StreamSession;
import io.reprise.ingest.upgrade.UpgradeRequest;
import io.reprise.ingest.upgrade.UpgradeRequest.Protocol;
import io.reprise.platform.task.Task;
import io.reprise.platform.task.Tasks;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Opens reader sessions: checks 3, 5 and 6 of protocol.md §4.1, then the task. */
@ApplicationScoped
class ReaderProtocol implements SessionProtocol {
  private static final int READS = 4;
  /** An arena's piece of 16 MiB: smaller ones would be given back, and zeroed again, with every chunk. */
  private static final int ARENA_CHUNK_ORDER = 11;

  private final Stores stores;
  private final Tasks tasks;
  private final MemoryBudget memory;
  private final Directories directories;
  private final Map<String, ChunkReads> reads = new ConcurrentHashMap<>();
  private final ByteBufAllocator buffers = new PooledByteBufAllocator(
      true, 0, 1, 8192, ARENA_CHUNK_ORDER, 0, 0, false, Descriptor.BLOCK);

  ReaderProtocol(Stores stores, Tasks tasks, MemoryBudget memory, Directories directories) {
    this.stores = stores;
    this.tasks = tasks;
    this.memory = memory;
    this.directories = directories;
  }

  @Override
  public Protocol protocol() {
    return Protocol.READER;
  }

  @Override
  public StreamSession open(UpgradeRequest request) throws IOException {
    Stores.Use use = stores.use(request.datastore(), Operation.READ);
    DirectoryLock lock = null;
    boolean done = false;
    try {
      requireGroup(request, use.datastore());
      lock = lock(request, use.datastore());
      Task task = tasks.start(
          "reader",
          "%s:%s/%08X"
              .formatted(
                  request.datastore(),
                  request.snapshot().group(),
                  request.snapshot().time()),
          request.caller());
      task.log("starting new backup reader datastore '%s': \"%s\""
          .formatted(request.datastore(), use.datastore().path()));
      var files = new ChunkFiles(
          use.datastore().chunks(),
          reads.computeIfAbsent(request.datastore(), name -> new ChunkReads(name, READS)),
          buffers);
      var session = new ReaderSession(
          use,
          lock,
          use.datastore().directory(request.namespace(), request.snapshot()),
          task,
          files,
          new ReadAhead(files, memory),
          new AllowedChunks(directories.run()));
      done = true;
      return session;
    } finally {
      if (!done) {
        if (lock != null) lock.close();
        use.close();
      }
    }
  }

  private static void requireGroup(UpgradeRequest request, Datastore datastore) throws IOException {
    var group = request.snapshot().group();
    if (!datastore.exists(request.namespace(), group)) {
      throw ApiError.badRequest("backup group " + group + " does not exist");
    }
    if (!request.ownGroupsOnly()) return;
    AuthId owner = datastore.owner(request.namespace(), group);
    if (!request.caller().owns(owner)) {
      throw ApiError.badRequest(
          "backup owner check failed (" + request.caller() + " != " + owner + ")");
    }
  }

  private static DirectoryLock lock(UpgradeRequest request, Datastore datastore)
      throws IOException {
    if (!datastore.exists(request.namespace(), request.snapshot())) {
      throw ApiError.badRequest("snapshot " + request.snapshot() + " does not exist");
    }
    try {
      return datastore.lockForReading(request.namespace(), request.snapshot());
    } catch (LockBusy busy) {
      throw ApiError.badRequest(
          "snapshot " + request.snapshot() + " is in use: " + busy.getMessage());
    }
  }
}
