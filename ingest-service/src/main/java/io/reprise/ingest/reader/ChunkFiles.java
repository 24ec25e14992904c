package io.reprise.ingest.reader;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.reprise.datastore.Digest;
import io.reprise.datastore.chunk.ChunkStore;
import io.reprise.datastore.os.Descriptor;
import io.reprise.datastore.os.FileStatus;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Reads chunk files of one datastore as they are stored. What fails here is storage, never said to be corruption. */
final class ChunkFiles {
  private final ChunkStore store;
  private final ChunkReads threads;
  private final ByteBufAllocator buffers;

  /** @param buffers gives direct buffers of up to 16 MiB */
  ChunkFiles(ChunkStore store, ChunkReads threads, ByteBufAllocator buffers) {
    this.store = store;
    this.threads = threads;
    this.buffers = buffers;
  }

  ChunkReads threads() {
    return threads;
  }

  Path path(Digest digest) {
    return store.path(digest);
  }

  /** @return null if there is no such file, or it cannot be looked at: reading it will say why */
  @Nullable
  FileStatus find(Digest digest) {
    try {
      return FileStatus.find(store.path(digest));
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * Reads a chunk; blocks.
   *
   * @param room asked for its size before memory is allocated
   * @return null if there is no room
   */
  @Nullable
  ByteBuf read(Digest digest, IntPredicate room) throws IOException {
    try (var file = Descriptor.openForReading(store.path(digest))) {
      long size = file.status().size();
      if (size > ChunkStore.MAX_ENCODED) {
        throw new IOException("chunk " + digest + " has " + size
            + " bytes, more than any chunk: move the file away, or repair the datastore");
      }
      return room.test((int) size) ? read(file, (int) size) : null;
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException(
          e.getFile(), null, "chunk " + digest + " is missing: restore another snapshot");
    }
  }

  private ByteBuf read(Descriptor file, int size) throws IOException {
    int room = (size + Descriptor.BLOCK - 1) / Descriptor.BLOCK * Descriptor.BLOCK;
    ByteBuf bytes = buffers.directBuffer(room, room);
    boolean done = false;
    try {
      int n = store.read(file, bytes.nioBuffer(0, room));
      if (n != size) throw new IOException(file.path() + " changed its size while it was read");
      bytes.writerIndex(size);
      done = true;
      return bytes;
    } finally {
      if (!done) bytes.release();
    }
  }

  /** Reads a chunk for which there is room, on a reading thread; waits for it. */
  ByteBuf readNow(Digest digest) throws IOException {
    var read = new CompletableFuture<ByteBuf>();
    threads.now(() -> {
      try {
        ByteBuf bytes = read(digest, size -> true);
        if (bytes == null) throw new AssertionError("there was room");
        if (!read.complete(bytes)) bytes.release();
      } catch (IOException | RuntimeException | Error e) {
        read.completeExceptionally(e);
      }
    });
    return await(read);
  }

  /** Waits for what a reading thread does. @throws IOException as reading failed */
  static <T> T await(CompletableFuture<T> work) throws IOException {
    try {
      return work.get();
    } catch (InterruptedException e) {
      work.cancel(false);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a chunk was read");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failed) throw failed;
      throw new IOException("reading a chunk failed: " + e.getCause(), e.getCause());
    }
  }
}
