package io.reprise.cli.backup;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.blob.BlobCrc;
import io.reprise.datastore.blob.BlobDecoder;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.datastore.key.CryptKey;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.SplittableRandom;

/** What one core does with chunks, in bytes of content per second. */
final class ChunkSpeed implements AutoCloseable {
  private static final int CHUNK = 4 << 20;
  private static final int BLOCK = 64;

  private final CryptKey key;
  private final long nanos;
  private final byte[] chunk = new byte[CHUNK];
  private final ByteBuffer compressed;
  private final MessageDigest sha256;
  private final BlobEncoder encoder = new BlobEncoder();
  private final BlobDecoder decoder = new BlobDecoder();

  ChunkSpeed(CryptKey key, Duration duration) {
    this.key = key;
    nanos = duration.toNanos();
    var random = new SplittableRandom(1);
    byte[] block = new byte[BLOCK];
    for (int at = 0; at < CHUNK; at += BLOCK) {
      if (at % (2 * BLOCK) == 0) random.nextBytes(block); // every block twice: half of it goes away
      System.arraycopy(block, 0, chunk, at, BLOCK);
    }
    ByteBuffer blob = encoder.encode(chunk, 0, CHUNK, true, null);
    compressed = ByteBuffer.allocate(blob.remaining()).put(blob).flip();
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** Work on one chunk. */
  @FunctionalInterface
  private interface Work {
    void run() throws BadFormat;
  }

  /** A third of the time before it counts is for the compiler. */
  private double measure(Work work) throws BadFormat {
    run(work, nanos / 3);
    return run(work, nanos);
  }

  private static double run(Work work, long nanos) throws BadFormat {
    long started = System.nanoTime();
    long count = 0;
    long taken;
    do {
      work.run();
      count++;
      taken = System.nanoTime() - started;
    } while (taken < nanos);
    return count * CHUNK / (taken / 1e9);
  }

  double sha256() throws BadFormat {
    return measure(() -> sha256.digest(chunk));
  }

  double compress() throws BadFormat {
    return measure(() -> encoder.encode(chunk, 0, CHUNK, true, null));
  }

  double decompress() throws BadFormat {
    return measure(() -> decoder.decode(compressed.duplicate(), null, CHUNK));
  }

  double encrypt() throws BadFormat {
    return measure(() -> encoder.encode(chunk, 0, CHUNK, false, key));
  }

  /** As a server does: checksum, content, digest. */
  double verify() throws BadFormat {
    return measure(() -> {
      BlobCrc.check(compressed);
      sha256.update(decoder.decode(compressed.duplicate(), null, CHUNK));
      sha256.digest();
    });
  }

  @Override
  public void close() {
    encoder.close();
    decoder.close();
  }
}
