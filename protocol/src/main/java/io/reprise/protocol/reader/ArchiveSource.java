package io.reprise.protocol.reader;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.ByteSource;
import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.key.CryptKey;
import io.reprise.protocol.upgrade.UpgradedConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An archive's content at any position: only the chunks that are read are fetched. Where reading goes forward, the next
 * chunks are fetched meanwhile. Safe for several threads, which take turns.
 */
public final class ArchiveSource implements ByteSource, AutoCloseable {
  private static final int KEPT = 12;
  private static final int AHEAD = 6;

  private final IndexReader index;
  private final ChunkFetcher fetcher;
  private final LinkedHashMap<Long, CompletableFuture<byte[]>> kept =
      new LinkedHashMap<>(2 * KEPT, 0.75f, true);
  private long lastEntry = -1;

  /**
   * @param index was downloaded in this session; stays open
   * @param key of an encrypted archive; null if it is {@code none} or {@code sign-only}
   * @param threads how many chunks are decoded at once: one for each core
   */
  public ArchiveSource(
      ReaderClient client, IndexReader index, @Nullable CryptKey key, int threads) {
    this.index = index;
    fetcher = new ChunkFetcher(client, key, threads);
  }

  @Override
  public long size() {
    return index.size();
  }

  @Override
  public synchronized void read(long position, ByteBuffer target) throws IOException {
    ByteSource.checkRange(this, position, target.remaining());
    long at = position;
    while (target.hasRemaining()) {
      long entry = index.entryAt(at);
      if (entry < 0) throw new BadFormat("index has no chunk for offset " + at + ": it is damaged");
      byte[] chunk = chunk(entry);
      int from = (int) (at - index.start(entry));
      int n = Math.min(target.remaining(), chunk.length - from);
      target.put(chunk, from, n);
      at += n;
    }
  }

  private byte[] chunk(long entry) throws IOException {
    var chunk = request(entry);
    if (entry == lastEntry + 1) {
      for (long next = entry + 1; next <= entry + AHEAD && next < index.entryCount(); next++) {
        request(next);
      }
    }
    lastEntry = entry;
    try {
      return UpgradedConnection.await(chunk);
    } catch (IOException e) {
      kept.remove(entry); // the next read may have more luck
      throw e;
    }
  }

  private CompletableFuture<byte[]> request(long entry) throws IOException {
    var known = kept.get(entry);
    if (known != null) return known;
    Iterator<Long> eldest = kept.keySet().iterator();
    while (kept.size() >= KEPT) {
      eldest.next();
      eldest.remove();
    }
    var chunk = fetcher.fetch(index.digest(entry), index.length(entry), plain -> {
      byte[] copy = new byte[plain.remaining()];
      plain.get(copy);
      return copy;
    });
    kept.put(entry, chunk);
    return chunk;
  }

  @Override
  public void close() {
    fetcher.close();
  }
}
