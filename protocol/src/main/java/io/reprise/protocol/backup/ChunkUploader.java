package io.reprise.protocol.backup;

import io.reprise.datastore.Digest;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.key.CryptKey;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
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
   * Uploads an image as a fixed index, from open to close. Holes are neither read nor hashed.
   *
   * @param archiveName ends in {@code .fidx}
   */
  public UploadResult image(String archiveName, ImageSource source) throws IOException {
    long size = source.size();
    var upload = new IndexUpload(client, client.createFixedIndex(archiveName, size), listener);
    long data = 0; // up to here nothing is known to be a hole
    for (long at = 0; at < size; at += ChunkWorker.CHUNK_BYTES) {
      if (data <= at) data = source.nextData(at);
      long start = at;
      int length = (int) Math.min(ChunkWorker.CHUNK_BYTES, size - at);
      boolean hole = data >= at + length;
      if (hole && length == ChunkWorker.CHUNK_BYTES && known.contains(zeroChunk)) {
        upload.add(CompletableFuture.completedFuture(new SentChunk(zeroChunk, length, 0)));
        continue;
      }
      upload.add(work(worker -> {
        byte[] bytes = worker.buffer();
        if (hole) Arrays.fill(bytes, 0, length, (byte) 0);
        else source.read(start, ByteBuffer.wrap(bytes, 0, length));
        return send(worker, upload.index(), bytes, length);
      }));
    }
    return upload.close();
  }

  /**
   * Uploads an image that can be read only once and in order, e.g. from a pipe.
   *
   * @param sizeBytes at least 1
   * @throws EOFException if the stream has less; what it has beyond is left in it
   */
  public UploadResult image(String archiveName, InputStream source, long sizeBytes)
      throws IOException {
    var upload = new IndexUpload(client, client.createFixedIndex(archiveName, sizeBytes), listener);
    var buffers = new ChunkBuffers(threads + 2, ChunkWorker.CHUNK_BYTES);
    for (long at = 0; at < sizeBytes; at += ChunkWorker.CHUNK_BYTES) {
      byte[] chunk = buffers.take();
      int length = (int) Math.min(ChunkWorker.CHUNK_BYTES, sizeBytes - at);
      int read = source.readNBytes(chunk, 0, length);
      if (read < length) {
        throw new EOFException(
            "the image ends at byte " + (at + read) + ", " + sizeBytes + " were announced");
      }
      upload.add(send(upload.index(), chunk, length, buffers));
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

  /** Works on a chunk that is in memory, and gives the memory back. */
  CompletableFuture<SentChunk> send(
      RemoteIndex index, byte[] chunk, int length, ChunkBuffers buffers) {
    return work(worker -> {
      try {
        return send(worker, index, chunk, length);
      } finally {
        buffers.giveBack(chunk);
      }
    });
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
    if (known.contains(digest)) { // another thread sent it between the two looks
      settle(digest, stored, null);
      return CompletableFuture.completedFuture(there);
    }
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
