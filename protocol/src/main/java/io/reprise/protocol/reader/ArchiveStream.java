package io.reprise.protocol.reader;

import io.reprise.datastore.index.IndexReader;
import io.reprise.datastore.key.CryptKey;
import io.reprise.protocol.upgrade.UpgradedConnection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** An archive's content from beginning to end; the next chunks are fetched and checked while this one is read. For one thread. */
public final class ArchiveStream extends InputStream {
  private static final int WINDOW = 16;

  private final IndexReader index;
  private final ChunkFetcher fetcher;
  private final ArrayDeque<CompletableFuture<ByteBuffer>> window = new ArrayDeque<>();
  private final ConcurrentLinkedQueue<byte[]> free = new ConcurrentLinkedQueue<>();
  private ByteBuffer current = ByteBuffer.allocate(0);
  private long next;

  /**
   * @param index was downloaded in this session; stays open
   * @param key of an encrypted archive; null if it is {@code none} or {@code sign-only}
   * @param threads how many chunks are decoded at once: one for each core
   */
  public ArchiveStream(
      ReaderClient client, IndexReader index, @Nullable CryptKey key, int threads) {
    this.index = index;
    fetcher = new ChunkFetcher(client, key, threads);
  }

  @Override
  public int read() throws IOException {
    return advance() ? current.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) return 0;
    if (!advance()) return -1;
    int read = Math.min(length, current.remaining());
    current.get(target, offset, read);
    return read;
  }

  /** What can be had without waiting for the server. */
  @Override
  public int available() {
    return current.remaining();
  }

  private boolean advance() throws IOException {
    while (!current.hasRemaining()) {
      if (current.capacity() > 0) free.add(current.array());
      current = ByteBuffer.allocate(0);
      while (window.size() < WINDOW && next < index.entryCount()) request(next++);
      if (window.isEmpty()) return false;
      current = UpgradedConnection.await(window.remove());
    }
    return true;
  }

  private void request(long entry) throws IOException {
    window.add(fetcher.fetch(index.digest(entry), index.length(entry), this::copy));
  }

  private ByteBuffer copy(ByteBuffer plain) {
    byte[] reused = free.poll();
    byte[] bytes =
        reused != null && reused.length >= plain.remaining() ? reused : new byte[plain.remaining()];
    return ByteBuffer.wrap(bytes).put(plain).flip();
  }

  @Override
  public void close() {
    fetcher.close();
  }
}
