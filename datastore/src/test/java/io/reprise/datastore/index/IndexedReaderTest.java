package io.reprise.datastore.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.datastore.blob.BlobEncoder;
import io.reprise.datastore.chunk.ChunkSource;
import io.reprise.datastore.key.CryptKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexedReaderTest {
  private static final int CHUNK = 1_000;

  @TempDir
  Path dir;

  private final Map<Digest, byte[]> chunks = new HashMap<>();
  private final AtomicInteger reads = new AtomicInteger();
  private final ChunkSource source = digest -> {
    reads.incrementAndGet();
    byte[] chunk = chunks.get(digest);
    if (chunk == null) throw new NoSuchFileException(digest.toString());
    return ByteBuffer.wrap(chunk);
  };
  private final byte[] image = new byte[25_500];

  @BeforeEach
  void fill() {
    new Random(4).nextBytes(image);
  }

  private IndexReader index(CryptKey key) throws Exception {
    Path target = dir.resolve("a.fidx");
    try (var encoder = new BlobEncoder();
        var writer = FixedIndexWriter.create(dir.resolve("a.tmp_fidx"), image.length, CHUNK)) {
      for (int i = 0; i < writer.entryCount(); i++) {
        byte[] plain =
            Arrays.copyOfRange(image, i * CHUNK, Math.min(image.length, (i + 1) * CHUNK));
        Digest digest = key == null
            ? Digest.of(MessageDigest.getInstance("SHA-256").digest(plain))
            : key.digest(plain, 0, plain.length);
        ByteBuffer blob = encoder.encode(plain, 0, plain.length, true, key);
        chunks.put(digest, Arrays.copyOf(blob.array(), blob.limit()));
        writer.set(i, digest);
      }
      writer.finish(target, false);
    }
    return IndexReader.open(target);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anyRangeIsThatOfTheImage(boolean encrypted) throws Exception {
    CryptKey key = encrypted ? CryptKey.generate() : null;
    var random = new Random(6);
    try (var reader = new IndexedReader(index(key), source, key)) {
      assertThat(reader.size()).isEqualTo(image.length);
      for (int i = 0; i < 300; i++) {
        int from = random.nextInt(image.length + 1);
        int to = from + random.nextInt(image.length + 1 - from);
        ByteBuffer target = ByteBuffer.allocate(to - from);
        reader.read(from, target);
        assertThat(target.array()).isEqualTo(Arrays.copyOfRange(image, from, to));
      }
      assertThat(reader.stream(10, 20_000).readAllBytes())
          .isEqualTo(Arrays.copyOfRange(image, 10, 20_000));
    }
  }

  @Test
  void readingOnInAChunkDecodesItOnce() throws Exception {
    try (var reader = new IndexedReader(index(null), source, null)) {
      for (int i = 0; i < CHUNK; i++) reader.read(i, ByteBuffer.allocate(1));
    }
    assertThat(reads).hasValue(1);
  }

  @Test
  void rangesOutsideAreRefused() throws Exception {
    try (var reader = new IndexedReader(index(null), source, null)) {
      for (long at : new long[] {-1, image.length, Long.MAX_VALUE}) {
        assertThatThrownBy(() -> reader.read(at, ByteBuffer.allocate(1)))
            .isInstanceOf(BadFormat.class);
      }
      assertThatThrownBy(() -> reader.stream(5, image.length + 1)).isInstanceOf(BadFormat.class);
    }
  }

  @Test
  void encryptedChunkInAnOpenArchiveIsRefusedAndTheOtherWayRound() throws Exception {
    CryptKey key = CryptKey.generate();
    try (var reader = new IndexedReader(index(key), source, null)) {
      assertThatThrownBy(() -> reader.read(0, ByteBuffer.allocate(1)))
          .hasMessageContaining("CryptMode don't match");
    }
    try (var reader = new IndexedReader(index(null), source, key)) {
      assertThatThrownBy(() -> reader.read(0, ByteBuffer.allocate(1)))
          .hasMessageContaining("CryptMode don't match");
    }
  }

  @Test
  void damagedOrMissingChunkIsToldApart() throws Exception {
    try (IndexReader index = index(null);
        var reader = new IndexedReader(index, source, null)) {
      Digest first = index.digest(0);
      chunks.get(first)[20] ^= 1;
      assertThatThrownBy(() -> reader.read(0, ByteBuffer.allocate(1)))
          .isInstanceOf(BadFormat.class)
          .hasMessageContaining(first.toString())
          .hasMessageContaining("CRC");
      chunks.put(first, chunks.get(index.digest(1)));
      assertThatThrownBy(() -> reader.read(0, ByteBuffer.allocate(1)))
          .hasMessageContaining("wrong digest");
      chunks.remove(first);
      assertThatThrownBy(() -> reader.read(0, ByteBuffer.allocate(1)))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(BadFormat.class);
    }
  }
}
