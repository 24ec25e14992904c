package io.reprise.ingest.reader;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.reprise.datastore.Digest;
import io.reprise.datastore.chunk.ChunkStore;
import io.reprise.datastore.chunk.Reserve;
import io.reprise.datastore.chunk.SyncLevel;
import io.reprise.datastore.index.FixedIndexWriter;
import io.reprise.datastore.index.IndexReader;
import io.reprise.ingest.backup.RawBackup;
import io.reprise.ingest.memory.MemoryBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chunks in memory before they are wanted, and given back (ADR 3). */
class ReadAheadTest {
  private static final int CHUNKS = 24;
  private static final int SIZE = 1 << 20;
  private static final int THREADS = 2;

  @TempDir
  Path directory;

  ChunkStore store;
  Path index;

  @BeforeEach
  void store() throws Exception {
    Files.createDirectories(directory.resolve(".chunks"));
    store = ChunkStore.open(directory, SyncLevel.NONE, Reserve.NONE);
    index = directory.resolve("a.fidx");
    try (var writer =
        FixedIndexWriter.create(directory.resolve("a.tmp"), (long) CHUNKS * SIZE, SIZE)) {
      for (int i = 0; i < CHUNKS; i++) {
        byte[] plain = RawBackup.bytes(SIZE, i);
        Digest digest = RawBackup.sha256(plain);
        store.insert(digest, ByteBuffer.wrap(RawBackup.blob(plain)));
        writer.set(i, digest);
      }
      writer.finish(index, false);
    }
  }

  private static int read(ReadAhead ahead, Digest digest) throws IOException {
    Chunk chunk = Objects.requireNonNull(ahead.want(digest));
    chunk.await();
    ByteBuf bytes = ahead.take(chunk);
    if (bytes == null) return 0;
    try {
      return bytes.readableBytes();
    } finally {
      bytes.release();
    }
  }

  @Test
  void whoHasMoreThanIsLeftForHimStillGetsWhatHeWants() throws Exception {
    var threads = new ChunkReads("a", THREADS);
    var budget = new MemoryBudget(32L << 20, 16L << 20);
    var files = new ChunkFiles(store, threads, UnpooledByteBufAllocator.DEFAULT);
    var busy = new CountDownLatch(1);
    try (var reader = IndexReader.open(index);
        var ahead = new ReadAhead(files, budget)) {
      ahead.downloaded(reader);
      for (int i = 0; i < 4; i++) assertThat(read(ahead, reader.digest(i))).isPositive();
      await().atMost(60, SECONDS).until(() -> budget.readsHeld() > 4L << 20);
      for (int i = 0; i < THREADS; i++) threads.now(() -> awaitUninterrupted(busy));
      try (var uploads = budget.openUploads(() -> {});
          var body = uploads.admit(MemoryBudget.MAX_BODY, Runnable::run, () -> {})) {
        assertThat(ahead.memory().allowance()).isZero(); // and nothing was given back so far
        Chunk wanted = Objects.requireNonNull(ahead.want(reader.digest(4)));
        busy.countDown();
        wanted.await();
        ahead.leave(wanted);
      }
    } finally {
      busy.countDown();
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
