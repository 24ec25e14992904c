package io.reprise.datastore.index;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.ByteSource;
import io.reprise.datastore.Digest;
import io.reprise.datastore.blob.BlobCrc;
import io.reprise.datastore.blob.BlobDecoder;
import io.reprise.datastore.blob.BlobKind;
import io.reprise.datastore.chunk.ChunkSource;
import io.reprise.datastore.key.CryptKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An archive's plain bytes, read through its index (datastore.md §3, §2.5). Every chunk is checked: CRC, digest, length of
 * its range, and that it is encrypted exactly if the archive is. The last few decoded chunks are kept. Safe for several
 * threads, which take turns.
 */
public final class IndexedReader implements ByteSource, AutoCloseable {
  private static final int CHUNKS_KEPT = 4;

  private final IndexReader index;
  private final ChunkSource chunks;
  private final @Nullable CryptKey key;
  private final BlobDecoder decoder = new BlobDecoder();
  private final Map<Digest, byte[]> kept = new LinkedHashMap<>(8, 0.75f, true);

  /**
   * @param index closed with this reader
   * @param key of an encrypted archive ({@code encrypt} in the manifest); null if it is {@code none} or {@code sign-only}
   */
  public IndexedReader(IndexReader index, ChunkSource chunks, @Nullable CryptKey key) {
    this.index = index;
    this.chunks = chunks;
    this.key = key;
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
      long start = entry < 0 ? -1 : index.start(entry);
      if (start < 0 || start > at) {
        throw new BadFormat("index has no chunk for offset " + at + ": it is damaged");
      }
      byte[] chunk = chunk(entry);
      int from = (int) (at - start);
      if (from >= chunk.length) {
        throw new BadFormat("index has no chunk for offset " + at + ": it is damaged");
      }
      int n = Math.min(target.remaining(), chunk.length - from);
      target.put(chunk, from, n);
      at += n;
    }
  }

  private byte[] chunk(long entry) throws IOException {
    Digest digest = index.digest(entry);
    long length = index.length(entry);
    byte[] chunk = kept.get(digest);
    if (chunk == null || chunk.length != length) {
      chunk = load(digest, length);
      if (kept.size() >= CHUNKS_KEPT) kept.remove(kept.keySet().iterator().next());
      kept.put(digest, chunk);
    }
    return chunk;
  }

  private byte[] load(Digest digest, long length) throws IOException {
    if (length > BlobDecoder.MAX_CHUNK) {
      throw new BadFormat(
          "index gives chunk " + digest + " " + length + " bytes, at most 16 MiB are possible");
    }
    ByteBuffer encoded = chunks.read(digest);
    try {
      BlobCrc.check(encoded);
    } catch (BadFormat e) {
      throw new BadFormat("chunk " + digest + ": " + e.getMessage(), e);
    }
    if (BlobKind.of(encoded).encrypted() != (key != null)) {
      throw new BadFormat("chunk " + digest + ": Index and chunk CryptMode don't match.");
    }
    ByteBuffer plain = decoder.decodeChunk(encoded, digest, (int) length, key);
    byte[] chunk = new byte[plain.remaining()];
    plain.get(chunk);
    return chunk;
  }

  @Override
  public synchronized void close() throws IOException {
    decoder.close();
    index.close();
  }
}
