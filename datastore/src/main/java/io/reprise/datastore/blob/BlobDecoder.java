package io.reprise.datastore.blob;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.datastore.key.CryptKey;
import io.reprise.datastore.key.Sealer;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Reads blobs (datastore.md §2.2, §2.5). Input is what lies between position and limit, on the heap or off it, in either
 * byte order; position and limit never move. Keeps a native zstd context and its buffers between calls, so one decoder
 * belongs to one thread at a time; its memory is bounded by the largest size that its callers allow.
 *
 * <p>Sizes that the data itself states are never believed: output stops at the bound, a bomb costs no more than that.
 */
public final class BlobDecoder implements AutoCloseable {
  /** The largest plain chunk, and the largest plain blob that the protocol takes. */
  public static final int MAX_CHUNK = 16 << 20;
  /** The largest encoded chunk or uploaded blob. */
  public static final int MAX_ENCODED_CHUNK = MAX_CHUNK + BlobKind.ENCRYPTED_HEADER;

  private static final int FIRST_GUESS = 64 << 10;

  private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
  private final MessageDigest sha256;
  private @Nullable Sealer sealer;
  private byte[] plain = new byte[0];
  private byte[] opened = new byte[0];

  public BlobDecoder() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /**
   * The payload. The CRC is not looked at: see {@link BlobCrc#check}.
   *
   * @param key needed for encrypted blobs, ignored for others
   * @param maxBytes the largest payload that is accepted
   * @return a heap buffer, position to limit; it may share the input's array, and the next call may overwrite it
   * @throws BadFormat if it is no blob, does not decode, is encrypted with another key or none was given, or has more
   *     than {@code maxBytes}
   */
  public ByteBuffer decode(ByteBuffer encoded, @Nullable CryptKey key, int maxBytes)
      throws BadFormat {
    BlobKind kind = BlobKind.of(encoded);
    ByteBuffer data;
    if (kind.encrypted()) {
      if (key == null)
        throw new BadFormat("blob is encrypted: a key is needed (missing CryptConfig)");
      data = decrypt(encoded, key, maxBytes, kind.compressed());
    } else {
      data = encoded.slice(
          encoded.position() + BlobKind.PLAIN_HEADER, encoded.remaining() - BlobKind.PLAIN_HEADER);
    }
    if (kind.compressed()) return decompress(data, maxBytes);
    if (data.remaining() > maxBytes) throw tooLarge(maxBytes);
    return data.hasArray() ? data : copy(data);
  }

  /**
   * The payload of a chunk, proved to be the one that the digest names.
   *
   * @param expectedLength bytes that the index or the upload says it has
   * @throws BadFormat as {@link #decode}, and if length or digest differ
   */
  public ByteBuffer decodeChunk(
      ByteBuffer encoded, Digest expected, int expectedLength, @Nullable CryptKey key)
      throws BadFormat {
    if (expectedLength < 0 || expectedLength > MAX_CHUNK) {
      throw new BadFormat(
          "chunk " + expected + ": length " + expectedLength + " is outside 0 … 16 MiB");
    }
    boolean encrypted = BlobKind.of(encoded).encrypted();
    ByteBuffer data = decode(encoded, key, expectedLength);
    if (data.remaining() != expectedLength) {
      throw new BadFormat("chunk %s has %d bytes, expected %d"
          .formatted(expected, data.remaining(), expectedLength));
    }
    requireDigest(data, expected, encrypted ? key : null);
    return data;
  }

  /**
   * Proves that a plain chunk is the one that the digest names.
   *
   * @return its payload's length
   * @throws BadFormat as {@link #decode}, and if the digest differs
   */
  public int proveChunk(ByteBuffer encoded, Digest expected) throws BadFormat {
    ByteBuffer data = decode(encoded, null, MAX_CHUNK);
    requireDigest(data, expected, null);
    return data.remaining();
  }

  private void requireDigest(ByteBuffer data, Digest expected, @Nullable CryptKey key)
      throws BadFormat {
    sha256.update(data.array(), data.arrayOffset() + data.position(), data.remaining());
    Digest actual = key != null ? key.finishDigest(sha256) : Digest.of(sha256.digest());
    if (!actual.equals(expected)) {
      throw new BadFormat("chunk " + expected + ": detected chunk with wrong digest.");
    }
  }

  private ByteBuffer decrypt(ByteBuffer encoded, CryptKey key, int maxBytes, boolean compressed)
      throws BadFormat {
    int length = encoded.remaining() - BlobKind.ENCRYPTED_HEADER;
    if (!compressed && length > maxBytes) throw tooLarge(maxBytes);
    if (opened.length < length) opened = new byte[length];
    if (sealer == null) sealer = new Sealer();
    ByteBuffer sealed = encoded.slice(
        encoded.position() + BlobKind.PLAIN_HEADER, encoded.remaining() - BlobKind.PLAIN_HEADER);
    if (!sealer.open(key, sealed, opened)) {
      throw new BadFormat(
          "blob does not open with " + key + ": it was encrypted with another key, or is damaged");
    }
    return ByteBuffer.wrap(opened, 0, length);
  }

  /** Several frames in a row are one payload; ZSTD_decompressDCtx takes them all. */
  private ByteBuffer decompress(ByteBuffer frames, int maxBytes) throws BadFormat {
    int room = Math.min(maxBytes, Math.max(plain.length, FIRST_GUESS));
    while (true) {
      if (plain.length < room) plain = new byte[room];
      try {
        return ByteBuffer.wrap(plain, 0, decompressInto(frames, room));
      } catch (ZstdException e) {
        if (e.getErrorCode() != TOO_SMALL) {
          throw new BadFormat(
              "blob does not decompress (" + e.getMessage() + "): it is damaged", e);
        }
        if (room >= maxBytes) throw tooLarge(maxBytes);
        room = (int) Math.min(maxBytes, room * 4L);
      }
    }
  }

  private static final long TOO_SMALL = com.github.luben.zstd.Zstd.errDstSizeTooSmall();

  private int decompressInto(ByteBuffer frames, int room) {
    int length = frames.remaining();
    if (frames.hasArray()) {
      return zstd.decompressByteArray(
          plain, 0, room, frames.array(), frames.arrayOffset() + frames.position(), length);
    }
    if (frames.isDirect()) {
      return zstd.decompressDirectByteBufferToByteArray(
          plain, 0, room, frames, frames.position(), length);
    }
    byte[] copy = new byte[length]; // a read-only heap buffer hides its array
    frames.get(frames.position(), copy);
    return zstd.decompressByteArray(plain, 0, room, copy, 0, length);
  }

  private ByteBuffer copy(ByteBuffer data) {
    int length = data.remaining();
    if (plain.length < length) plain = new byte[length];
    data.get(data.position(), plain, 0, length);
    return ByteBuffer.wrap(plain, 0, length);
  }

  private static BadFormat tooLarge(int maxBytes) {
    return new BadFormat("blob holds more than the " + maxBytes + " bytes that are expected here");
  }

  @Override
  public void close() {
    zstd.close();
  }
}
