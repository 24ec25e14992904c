package io.reprise.ingest.backup;

import io.reprise.datastore.Digest;
import io.reprise.datastore.blob.BlobCrc;
import io.reprise.datastore.blob.BlobDecoder;
import io.reprise.datastore.blob.BlobKind;
import io.reprise.datastore.chunk.ChunkStore;
import io.reprise.datastore.chunk.Insert;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * The threads that check and store what clients upload: as many as there are cores, each with a decoder of its own. What
 * waits for them is bounded by the memory that bodies were admitted to.
 */
@ApplicationScoped
class ChunkWorkers {
  private static final int THREADS = Math.max(2, Runtime.getRuntime().availableProcessors());

  private final ExecutorService threads = Executors.newFixedThreadPool(
      THREADS, Thread.ofPlatform().daemon().name("chunks-", 0).factory());
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
      Thread.ofPlatform().daemon().name("sessions-timer").factory());
  private final ThreadLocal<BlobDecoder> decoders = ThreadLocal.withInitial(BlobDecoder::new);

  void run(Runnable work) {
    threads.execute(work);
  }

  /** Runs it again and again, on a virtual thread. */
  ScheduledFuture<?> every(long hours, Runnable work) {
    return timer.scheduleAtFixedRate(
        () -> Thread.ofVirtual().start(work), hours, hours, TimeUnit.HOURS);
  }

  /**
   * Checks a chunk as far as it can be looked into, writes its CRC anew, and stores it. On one of these threads.
   *
   * @param encoded changed: its CRC
   * @param size plain bytes as the client says
   * @throws io.reprise.datastore.BadFormat if it is no blob, or not the one that digest and size name
   */
  Insert store(ChunkStore chunks, Digest digest, int size, ByteBuffer encoded) throws IOException {
    if (!BlobKind.of(encoded).encrypted()) decoders.get().decodeChunk(encoded, digest, size, null);
    BlobCrc.write(encoded);
    return chunks.insert(digest, encoded);
  }

  @PreDestroy
  void stop() {
    timer.shutdownNow();
    threads.shutdown();
  }
}
