package io.reprise.protocol.backup;

import io.reprise.datastore.chunk.Digest;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.key.CryptKey;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Uploads whole images and archives in one session: reading, hashing, compression, encryption and transfer run in parallel,
 * and what the server knows is not sent (protocol.md §3.6). One for all archives of a session, so that a chunk goes up once;
 * several archives may be written at the same time.
 */
public final class ChunkUploader implements AutoCloseable {
  private final BackupClient client;
  private final UploadListener listener;
  private final int threads;
  private final ExecutorService executor;
  private final BlockingQueue<ChunkWorker> idle;
  private final List<ChunkWorker> workers = new ArrayList<>();
  private final KnownChunks known = new KnownChunks();
  private final ConcurrentHashMap<Digest, CompletableFuture<Void>> uploading =
      new ConcurrentHashMap<>();
  private final Digest zeroChunk;

  /**
   * @param key encrypts all chunks; null for {@code none} and {@code sign-only}
   * @param compress tries zstd on each chunk
   * @param threads how many chunks are computed at once: one for each core
   */
  public ChunkUploader(
      BackupClient client,
      @Nullable CryptKey key,
      boolean compress,
      int threads,
      UploadListener listener) {
    this.client = client;
    this.listener = listener;
    this.threads = threads;
    idle = new ArrayBlockingQueue<>(threads);
    for (int i = 0; i < threads; i++) workers.add(new ChunkWorker(key, compress));
    idle.addAll(workers);
    zeroChunk =
        workers.getFirst().digest(new byte[ChunkWorker.CHUNK_BYTES], ChunkWorker.CHUNK_BYTES);
    executor = Executors.newFixedThreadPool(
        threads, Thread.ofPlatform().name("upload-", 0).daemon().factory());
  }

  /** The server knows the chunks of this index: it was got by {@link BackupClient#previous} in this session. */
  public void known(IndexReader previous) throws IOException {
    known.addAll(previous);
  }

  /**
   * Uploads an image as a fixed index, from open to close.
   *
   * @param archiveName ends in {@code .fidx}
   * @param source read by position from several threads
   * @param sizeBytes at least 1: the file's size, or the block device's
   */
  public UploadResult image(String archiveName, FileChannel source, long sizeBytes)
      throws IOException {
    var upload = new IndexUpload(client, client.createFixedIndex(archiveName, sizeBytes), listener);
    for (long at = 0; at < sizeBytes; at += ChunkWorker.CHUNK_BYTES) {
      long start = at;
      int length = (int) Math.min(ChunkWorker.CHUNK_BYTES, sizeBytes - at);
      upload.add(work(worker -> {
        byte[] data = worker.buffer();
        read(source, start, data, length);
        return send(worker, upload.index(), data, length);
      }));
    }
    return upload.close();
  }

  /**
   * Begins an archive as a dynamic index.
   *
   * @param archiveName ends in {@code .didx}
   * @param averageChunkBytes a power of two: 4 MiB for pxar, 512 KiB for the catalog
   */
  public ArchiveUpload archive(String archiveName, int averageChunkBytes) throws IOException {
    var upload = new IndexUpload(client, client.createDynamicIndex(archiveName), listener);
    return new ArchiveUpload(this, upload, averageChunkBytes, threads + 2);
  }

  /** Work on one chunk, with what a thread needs for it. */
  @FunctionalInterface
  interface Work {
    CompletableFuture<SentChunk> with(ChunkWorker worker) throws IOException;
  }

  CompletableFuture<SentChunk> work(Work work) {
    return CompletableFuture.supplyAsync(
            () -> {
              ChunkWorker worker = idle.remove(); // there are as many as threads
              try {
                return work.with(worker);
              } catch (IOException e) {
                throw new CompletionException(e);
              } finally {
                idle.add(worker);
              }
            },
            executor)
        .thenCompose(sent -> sent);
  }

  /** @return completes when the server has the chunk; {@code data} is free again at once */
  CompletableFuture<SentChunk> send(ChunkWorker worker, RemoteIndex index, byte[] data, int length)
      throws IOException {
    boolean zero = length == ChunkWorker.CHUNK_BYTES && ChunkWorker.isZero(data, length);
    Digest digest = zero ? zeroChunk : worker.digest(data, length);
    var there = new SentChunk(digest, length, 0);
    if (known.contains(digest)) return CompletableFuture.completedFuture(there);
    var stored = new CompletableFuture<Void>();
    var other = uploading.putIfAbsent(digest, stored);
    if (other != null) return other.thenApply(done -> there);
    try {
      ByteBuffer blob = worker.encode(data, length);
      var sent = new SentChunk(digest, length, blob.remaining());
      client
          .uploadChunk(index, digest, length, blob)
          .whenComplete((done, failure) -> settle(digest, stored, failure));
      return stored.thenApply(done -> sent);
    } catch (IOException | RuntimeException e) {
      settle(digest, stored, e); // others may wait for the same chunk
      throw e;
    }
  }

  private void settle(Digest digest, CompletableFuture<Void> stored, @Nullable Throwable failure) {
    if (failure == null) known.add(digest);
    uploading.remove(digest);
    if (failure == null) stored.complete(null);
    else stored.completeExceptionally(failure);
  }

  private static void read(FileChannel source, long start, byte[] data, int length)
      throws IOException {
    var target = ByteBuffer.wrap(data, 0, length);
    while (target.hasRemaining()) {
      if (source.read(target, start + target.position()) < 0) {
        throw new EOFException("the image ends at byte " + (start + target.position())
            + ": it shrank while being read");
      }
    }
  }

  /** Stops all work; open archives come to nothing. */
  @Override
  public void close() throws IOException {
    executor.shutdownNow();
    try {
      while (!executor.awaitTermination(1, java.util.concurrent.TimeUnit.MINUTES)) {}
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while ending an upload");
    }
    workers.forEach(ChunkWorker::close);
  }
}
