package io.reprise.datastore.blob;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.reprise.datastore.key.CryptKey;
import io.reprise.datastore.key.Sealer;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Makes blobs (datastore.md §2.3). Keeps a native zstd context and its buffers between calls, so one encoder belongs to one
 * thread at a time; its memory is about twice the largest payload it met.
 */
public final class BlobEncoder implements AutoCloseable {
  /** The largest payload of a blob; the protocol allows less: {@link BlobDecoder#MAX_CHUNK}. */
  public static final int MAX_PAYLOAD = 128 << 20;

  private static final int LEVEL = 1;

  private final ZstdCompressCtx zstd = new ZstdCompressCtx().setLevel(LEVEL);
  private final CRC32 crc = new CRC32();
  private @Nullable Sealer sealer;
  private byte[] compressed = new byte[0];
  private byte[] encoded = new byte[0];

  /**
   * @param compress try zstd, and keep it if it is shorter
   * @param key encrypts if not null
   * @return the encoded blob, from position to limit, in a heap buffer that the next call overwrites
   * @throws IllegalArgumentException if the payload is larger than {@link #MAX_PAYLOAD}
   */
  public ByteBuffer encode(
      byte[] data, int offset, int length, boolean compress, @Nullable CryptKey key) {
    if (length > MAX_PAYLOAD) {
      throw new IllegalArgumentException("payload of " + length + " bytes: a blob holds 128 MiB");
    }
    return key == null
        ? open(data, offset, length, compress)
        : sealed(data, offset, length, compress, key);
  }

  private ByteBuffer open(byte[] data, int offset, int length, boolean compress) {
    int header = BlobKind.PLAIN_HEADER;
    if (compress) {
      encoded = atLeast(encoded, header + bound(length));
      zstd.setContentSize(false); // as PBS's stream encoder leaves it out
      int shorter =
          zstd.compressByteArray(encoded, header, encoded.length - header, data, offset, length);
      if (shorter < length) return finish(BlobKind.ZSTD, shorter);
    } else {
      encoded = atLeast(encoded, header + length);
    }
    System.arraycopy(data, offset, encoded, header, length);
    return finish(BlobKind.PLAIN, length);
  }

  private ByteBuffer sealed(byte[] data, int offset, int length, boolean compress, CryptKey key) {
    byte[] text = data;
    int from = offset;
    int size = length;
    if (compress) {
      compressed = atLeast(compressed, bound(length));
      zstd.setContentSize(true);
      int shorter = zstd.compressByteArray(compressed, 0, compressed.length, data, offset, length);
      if (shorter < length) {
        text = compressed;
        from = 0;
        size = shorter;
      }
    }
    encoded = atLeast(encoded, BlobKind.ENCRYPTED_HEADER + size + Sealer.TAG_BYTES);
    if (sealer == null) sealer = new Sealer();
    sealer.seal(key, text, from, size, encoded, BlobKind.PLAIN_HEADER);
    return finish(BlobKind.of(size < length, true), size);
  }

  private ByteBuffer finish(BlobKind kind, int size) {
    int header = kind.headerBytes();
    crc.reset();
    crc.update(encoded, header, size);
    ByteBuffer blob = ByteBuffer.wrap(encoded, 0, header + size);
    blob.putLong(0, kind.magic());
    BlobCrc.put(blob, (int) crc.getValue());
    return blob;
  }

  private static int bound(int length) {
    return Math.toIntExact(Zstd.compressBound(length));
  }

  private static byte[] atLeast(byte[] buffer, int length) {
    return buffer.length >= length ? buffer : new byte[length];
  }

  @Override
  public void close() {
    zstd.close();
  }
}
