package io.reprise.protocol.reader;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.datastore.blob.BlobDecoder;
import io.reprise.datastore.blob.BlobKind;
import io.reprise.datastore.key.CryptKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Fetches chunks of one archive, decodes and checks them on threads of its own, and hands the content on there. */
final class ChunkFetcher implements AutoCloseable {
  /** Takes a checked chunk's content, valid during the call, on a decoding thread. */
  @FunctionalInterface
  interface Use<T> {
    T of(ByteBuffer plain) throws IOException;
  }

  private final ReaderClient client;
  private final @Nullable CryptKey key;
  private final ExecutorService executor;
  private final BlockingQueue<BlobDecoder> idle;
  private final List<BlobDecoder> decoders = new ArrayList<>();

  /** @param key of an encrypted archive; null if it is {@code none} or {@code sign-only} */
  ChunkFetcher(ReaderClient client, @Nullable CryptKey key, int threads) {
    this.client = client;
    this.key = key;
    idle = new ArrayBlockingQueue<>(threads);
    for (int i = 0; i < threads; i++) decoders.add(new BlobDecoder());
    idle.addAll(decoders);
    executor = Executors.newFixedThreadPool(
        threads, Thread.ofPlatform().name("restore-", 0).daemon().factory());
  }

  <T> CompletableFuture<T> fetch(Digest digest, long length, Use<T> use) {
    if (length < 1 || length > BlobDecoder.MAX_CHUNK) {
      return CompletableFuture.failedFuture(new BadFormat(
          "index names a chunk of " + length + " bytes, 1 to 16 MiB are possible: it is damaged"));
    }
    return client.chunk(digest).thenCompose(chunk -> decode(chunk, (int) length, use));
  }

  /** One content has one digest, so it has one length. */
  static BadFormat twoLengths(Digest digest, long one, long other) {
    return new BadFormat("index gives chunk " + digest + " " + one + " bytes and elsewhere " + other
        + ": it is damaged");
  }

  /** The chunk's memory goes back however this ends, also if there is no thread any more. */
  private <T> CompletableFuture<T> decode(EncodedChunk chunk, int length, Use<T> use) {
    try {
      return CompletableFuture.supplyAsync(
          () -> {
            var decoder = idle.remove(); // there are as many as threads
            try (chunk) {
              return use.of(checked(decoder, chunk, length));
            } catch (IOException e) {
              throw new CompletionException(e);
            } finally {
              idle.add(decoder);
            }
          },
          executor);
    } catch (RuntimeException e) {
      chunk.close();
      throw e;
    }
  }

  private ByteBuffer checked(BlobDecoder decoder, EncodedChunk chunk, int length)
      throws IOException {
    ByteBuffer blob = chunk.blob();
    if (BlobKind.of(blob).encrypted() != (key != null)) {
      throw new BadFormat("chunk "
          + chunk.digest()
          + (key == null
              ? " is encrypted, its archive is not: do not trust this snapshot"
              : " is not encrypted, its archive is: do not trust this snapshot"));
    }
    return decoder.decodeChunk(blob, chunk.digest(), length, key);
  }

  /** Work that began ends; waiting work is dropped. */
  @Override
  public void close() {
    executor.shutdown();
    boolean interrupted = false;
    while (!executor.isTerminated()) {
      try {
        executor.awaitTermination(1, java.util.concurrent.TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true; // decoders must not be closed under a running thread
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
    decoders.forEach(BlobDecoder::close);
  }
}
