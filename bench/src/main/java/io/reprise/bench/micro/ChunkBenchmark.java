package io.reprise.bench.micro;

import io.reprise.cli.up.DiskImage;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.datastore.blob.BlobCrc;
import io.reprise.datastore.blob.BlobDecoder;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.datastore.key.CryptKey;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a chunk of 4 MiB costs: one operation is one chunk, content as in the reference image. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@NullUnmarked // fields are set by JMH before each trial
public class ChunkBenchmark {
  /** The kinds of blob that a datastore holds. */
  public enum Kind {
    PLAIN,
    ZSTD,
    ENCRYPTED_ZSTD
  }

  @Param
  public Kind kind;

  private final byte[] data = new byte[DiskImage.CHUNK];
  private final BlobEncoder encoder = new BlobEncoder();
  private final BlobDecoder decoder = new BlobDecoder();
  private @Nullable CryptKey key;
  private Digest digest;
  private ByteBuffer blob;

  @Setup(Level.Trial)
  public void prepare() throws NoSuchAlgorithmException {
    DiskImage.fill(data, 1, 0);
    key = kind == Kind.ENCRYPTED_ZSTD ? CryptKey.generate() : null;
    digest = key == null
        ? Digest.of(MessageDigest.getInstance("SHA-256").digest(data))
        : key.digest(data, 0, data.length);
    ByteBuffer encoded = encode();
    // as the server has it: off the heap
    blob =
        ByteBuffer.allocateDirect(encoded.remaining()).put(encoded.duplicate()).flip();
  }

  @TearDown
  public void close() {
    encoder.close();
    decoder.close();
  }

  @Benchmark
  public ByteBuffer encode() {
    return encoder.encode(data, 0, data.length, kind != Kind.PLAIN, key);
  }

  @Benchmark
  public ByteBuffer decode() throws BadFormat {
    return decoder.decode(blob, key, DiskImage.CHUNK);
  }

  /** Decoded, length and SHA-256 compared: what every upload and every restored chunk goes through. */
  @Benchmark
  public ByteBuffer verify() throws BadFormat {
    return decoder.decodeChunk(blob, digest, DiskImage.CHUNK, key);
  }

  @Benchmark
  public int crc() throws BadFormat {
    return BlobCrc.compute(blob);
  }
}
