package io.reprise.protocol.backup;

import io.reprise.datastore.Digest;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.datastore.key.CryptKey;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What one thread needs to turn plain chunks into digests and blobs. */
final class ChunkWorker implements AutoCloseable {
  /** Of fixed chunks (datastore.md §3.1). */
  static final int CHUNK_BYTES = 4 << 20;

  private final @Nullable CryptKey key;
  private final boolean compress;
  private final BlobEncoder encoder = new BlobEncoder();
  private final MessageDigest sha256;
  private byte @Nullable [] buffer;

  ChunkWorker(@Nullable CryptKey key, boolean compress) {
    this.key = key;
    this.compress = compress;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** Room for one fixed chunk. */
  byte[] buffer() {
    if (buffer == null) buffer = new byte[CHUNK_BYTES];
    return buffer;
  }

  /** The chunk's name; keyed if it will be encrypted (datastore.md §2.4). */
  Digest digest(byte[] data, int length) {
    sha256.update(data, 0, length);
    return key == null ? Digest.of(sha256.digest()) : key.finishDigest(sha256);
  }

  /** Valid until the next call. */
  ByteBuffer encode(byte[] data, int length) {
    return encoder.encode(data, 0, length, compress, key);
  }

  /** Compares the data with itself, shifted by eight bytes: the JDK has vector code for that. */
  static boolean isZero(byte[] data, int length) {
    for (int i = 0; i < Math.min(8, length); i++) {
      if (data[i] != 0) return false;
    }
    return length <= 8 || Arrays.mismatch(data, 0, length - 8, data, 8, length) < 0;
  }

  @Override
  public void close() {
    encoder.close();
  }
}
