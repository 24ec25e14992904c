package io.reprise.protocol.reader;

import io.reprise.datastore.chunk.Digest;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.key.CryptKey;
import io.reprise.protocol.upgrade.UpgradedConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Restores whole archives to a file or block device: fetching, checking and writing run in parallel, each chunk goes to its
 * place as soon as it is there. For archives that are read in order see {@link ArchiveStream}.
 */
public final class ImageRestore {
  /** Chunks under way; at most as many are held in memory. */
  private static final int WINDOW = 24;

  private final ReaderClient client;
  private final IndexReader index;
  private final @Nullable CryptKey key;
  private final FileChannel target;
  private final boolean zeroed;
  private final long zeroLength;
  private final Digest zeroChunk;

  /**
   * @param index was downloaded in this session
   * @param key of an encrypted archive; null if it is {@code none} or {@code sign-only}
   * @param target open for writing
   * @param zeroed reads as zeros already, as a new file does: zeros are not written, the file stays sparse
   */
  public ImageRestore(
      ReaderClient client,
      IndexReader index,
      @Nullable CryptKey key,
      FileChannel target,
      boolean zeroed)
      throws IOException {
    this.client = client;
    this.index = index;
    this.key = key;
    this.target = target;
    this.zeroed = zeroed;
    zeroLength = index.length(0);
    zeroChunk = zeroDigest((int) Math.min(zeroLength, 16 << 20), key);
  }

  /**
   * Restores everything; when it returns, all bytes are written (not flushed to disk).
   *
   * @param threads how many chunks are decoded at once: one for each core
   */
  public void run(int threads, RestoreListener listener) throws IOException {
    var window = new ArrayDeque<CompletableFuture<Long>>();
    try (var fetcher = new ChunkFetcher(client, key, threads)) {
      for (long entry = 0; entry < index.entryCount(); entry++) {
        window.add(restore(fetcher, entry));
        if (window.size() >= WINDOW) listener.restored(UpgradedConnection.await(window.remove()));
      }
      while (!window.isEmpty()) listener.restored(UpgradedConnection.await(window.remove()));
    }
    if (zeroed && target.size() < index.size()) { // ends with zeros that were not written
      write(target, ByteBuffer.allocate(1), index.size() - 1);
    }
  }

  private CompletableFuture<Long> restore(ChunkFetcher fetcher, long entry) throws IOException {
    Digest digest = index.digest(entry);
    long start = index.start(entry);
    long length = index.length(entry);
    if (zeroed && length == zeroLength && digest.equals(zeroChunk)) {
      return CompletableFuture.completedFuture(length);
    }
    return fetcher.fetch(digest, length, plain -> {
      write(target, plain, start);
      return length;
    });
  }

  private static void write(FileChannel target, ByteBuffer data, long position) throws IOException {
    long at = position;
    while (data.hasRemaining()) at += target.write(data, at);
  }

  /** The name of a chunk of zeros, as long as the image's chunks are. */
  private static Digest zeroDigest(int length, @Nullable CryptKey key) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(new byte[length]);
      return key == null ? Digest.of(sha256.digest()) : key.finishDigest(sha256);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
