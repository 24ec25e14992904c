package io.reprise.protocol.reader;

import io.reprise.datastore.Digest;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.key.CryptKey;
import io.reprise.protocol.upgrade.UpgradedConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Restores whole archives to a file or block device: fetching, checking and writing run in parallel, each chunk goes to its
 * places as soon as it is there. For archives that are read in order see {@link ArchiveStream}.
 */
public final class ImageRestore {
  /** Chunks under way; at most as many are held in memory. */
  private static final int WINDOW = 24;

  /** Entries within which a repeated chunk is fetched once: 32 GiB of an image, 2 MiB of memory. */
  private static final int STRETCH = 8_192;

  private final ReaderClient client;
  private final IndexReader index;
  private final @Nullable CryptKey key;
  private final FileChannel target;
  private final boolean zeroed;
  private final long zeroLength;
  private final Digest zeroChunk;
  private final ByteBuffer zeros;

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
    zeroLength = Math.min(index.length(0), 16 << 20);
    zeroChunk = zeroDigest((int) zeroLength, key);
    zeros = ByteBuffer.allocateDirect(zeroed ? 0 : (int) zeroLength).asReadOnlyBuffer();
  }

  /** A chunk of a stretch and where in the archive it belongs. */
  private record Wanted(long length, List<Long> starts) {
    long total() {
      return length * starts.size();
    }
  }

  /**
   * Restores everything; when it returns, all bytes are written (not flushed to disk).
   *
   * @param threads how many chunks are decoded at once: one for each core
   */
  public void run(int threads, RestoreListener listener) throws IOException {
    var window = new ArrayDeque<CompletableFuture<Long>>();
    try (var fetcher = new ChunkFetcher(client, key, threads)) {
      for (long from = 0; from < index.entryCount(); from += STRETCH) {
        long to = Math.min(index.entryCount(), from + STRETCH);
        for (var wanted : wanted(from, to, listener).entrySet()) {
          window.add(restore(fetcher, wanted.getKey(), wanted.getValue()));
          if (window.size() >= WINDOW) listener.restored(UpgradedConnection.await(window.remove()));
        }
      }
      while (!window.isEmpty()) listener.restored(UpgradedConnection.await(window.remove()));
    }
    if (zeroed && target.size() < index.size()) { // ends with zeros that were not written
      write(ByteBuffer.allocate(1), index.size() - 1);
    }
  }

  /** The chunks of a stretch in the order of their first places. Zeros are dealt with at once. */
  private Map<Digest, Wanted> wanted(long from, long to, RestoreListener listener)
      throws IOException {
    var wanted = new LinkedHashMap<Digest, Wanted>();
    for (long entry = from; entry < to; entry++) {
      Digest digest = index.digest(entry);
      long start = index.start(entry);
      long length = index.length(entry);
      if (length == zeroLength && digest.equals(zeroChunk)) {
        if (!zeroed) write(zeros.duplicate(), start);
        listener.restored(length);
        continue;
      }
      var chunk = wanted.computeIfAbsent(digest, d -> new Wanted(length, new ArrayList<>(1)));
      if (chunk.length != length) throw ChunkFetcher.twoLengths(digest, chunk.length, length);
      chunk.starts.add(start);
    }
    return wanted;
  }

  private CompletableFuture<Long> restore(ChunkFetcher fetcher, Digest digest, Wanted wanted) {
    return fetcher.fetch(digest, wanted.length, plain -> {
      for (long start : wanted.starts) write(plain.duplicate(), start);
      return wanted.total();
    });
  }

  private void write(ByteBuffer data, long position) throws IOException {
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
