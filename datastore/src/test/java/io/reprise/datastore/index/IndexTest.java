package io.reprise.datastore.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.datastore.Fixture;
import io.reprise.datastore.Hex;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.instancio.junit.InstancioExtension;
import org.instancio.junit.InstancioSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

@ExtendWith(InstancioExtension.class)
class IndexTest {
  private static final UUID COUNTING = UUID.fromString("00010203-0405-0607-0809-0a0b0c0d0e0f");
  private static final long TIME = 1_600_000_000;
  private static final int MIB = 1 << 20;
  private static final Digest ZEROS_4M =
      Digest.parse("bb9f8df61474d25e71fa00722318cd387396ca1736605e1248821cc0de3d3af8");
  private static final Digest ONES_4M =
      Digest.parse("5d2bafc266e711ed1e303de871e5b281fea2083d96e579dd504798bba5a34b42");
  private static final Digest ZEROS_1M =
      Digest.parse("30e14955ebf1352266dc2ff8067e68104607e750abb9d3b36582b8af909fcb58");
  private static final String FIXED_SHA =
      "75e30e8eb5dca795e1869804590f37cb7769e0fe19909b3fc53d7cc916b91a5c";
  private static final String DYNAMIC_SHA =
      "b7afc94b4f65645fa5e8db783317714acf5076c5d52cb3f9f4aa68bd3708d1f4";

  @TempDir
  Path dir;

  private Path writeFixed() throws IOException {
    Path target = dir.resolve("drive.img.fidx");
    try (var writer = FixedIndexWriter.create(
        dir.resolve("drive.img.tmp_fidx"), 9 * MIB, 4 * MIB, COUNTING, TIME)) {
      writer.set(2, ZEROS_1M); // any order
      writer.set(0, ONES_4M);
      writer.set(1, ONES_4M);
      writer.set(0, ZEROS_4M); // again
      writer.finish(target, true);
    }
    return target;
  }

  private Path writeDynamic() throws IOException {
    Path target = dir.resolve("root.pxar.didx");
    try (var writer =
        DynamicIndexWriter.create(dir.resolve("root.pxar.tmp_didx"), COUNTING, TIME)) {
      writer.append(4 * MIB, ZEROS_4M);
      writer.append(5 * MIB, ZEROS_1M);
      writer.finish(target, false);
    }
    return target;
  }

  private Path golden(String name) throws IOException {
    Path copy = dir.resolve("golden-" + name);
    try (InputStream in = IndexTest.class.getResourceAsStream(name)) {
      Files.copy(in, copy);
    }
    return copy;
  }

  @Test
  void digestsOfTheSpecificationAreThoseOfTheirData() throws Exception {
    byte[] ones = new byte[4 * MIB];
    Arrays.fill(ones, (byte) 1);
    var sha256 = MessageDigest.getInstance("SHA-256");
    assertThat(Digest.of(sha256.digest(new byte[4 * MIB]))).isEqualTo(ZEROS_4M);
    assertThat(Digest.of(sha256.digest(ones))).isEqualTo(ONES_4M);
    assertThat(Digest.of(sha256.digest(new byte[MIB]))).isEqualTo(ZEROS_1M);
  }

  @Test
  void fixedIndexIsThatOfTheSpecification() throws IOException {
    Path file = writeFixed();
    assertThat(file).hasSize(4192);
    byte[] bytes = Files.readAllBytes(file);
    assertThat(Arrays.copyOf(bytes, 80)).isEqualTo(Hex.bytes("""
        2f7f41ed91fd0fcd 000102030405060708090a0b0c0d0e0f 00105e5f00000000
        90075261751dab8ca0bc8c2042ac19af573400862efb095d726f0ac6705f1529
        0000900000000000 0000400000000000"""));
    assertThat(Arrays.copyOfRange(bytes, 80, 4096)).containsOnly(0);
    assertThat(Arrays.copyOfRange(bytes, 4096, 4192))
        .isEqualTo(Hex.bytes("" + ZEROS_4M + ONES_4M + ZEROS_1M));
    assertThat(Fixture.sha256(file)).isEqualTo(FIXED_SHA);
    assertThat(Files.readAllBytes(golden("golden.fidx"))).isEqualTo(Files.readAllBytes(file));
    assertThat(Files.list(dir)).hasSize(2); // no temporary file left
  }

  @Test
  void dynamicIndexIsThatOfTheSpecification() throws IOException {
    Path file = writeDynamic();
    assertThat(file).hasSize(4176);
    byte[] bytes = Files.readAllBytes(file);
    assertThat(Arrays.copyOf(bytes, 64)).isEqualTo(Hex.bytes("""
        1c914ea519bab3cd 000102030405060708090a0b0c0d0e0f 00105e5f00000000
        28a9800581289aba5a7430fbd35ec51395f52d4cf3572f4703ce7461e4897a61"""));
    assertThat(Arrays.copyOfRange(bytes, 4096, 4176))
        .isEqualTo(Hex.bytes("0000400000000000" + ZEROS_4M + "0000500000000000" + ZEROS_1M));
    assertThat(Fixture.sha256(file)).isEqualTo(DYNAMIC_SHA);
    assertThat(Files.readAllBytes(golden("golden.didx"))).isEqualTo(Files.readAllBytes(file));
  }

  @Test
  void fixedIndexReads() throws IOException {
    Path file = golden("golden.fidx");
    assertThat(Fixture.sha256(file)).isEqualTo(FIXED_SHA);
    try (var index = FixedIndexReader.open(file)) {
      assertThat(index.entryCount()).isEqualTo(3);
      assertThat(index.size()).isEqualTo(9L * MIB);
      assertThat(index.chunkSize()).isEqualTo(4L * MIB);
      assertThat(index.uuid()).isEqualTo(COUNTING);
      assertThat(index.ctime()).isEqualTo(TIME);
      assertThat(index.checksum())
          .hasToString("90075261751dab8ca0bc8c2042ac19af573400862efb095d726f0ac6705f1529")
          .isEqualTo(index.computeChecksum());
      assertThat(index.digest(2)).isEqualTo(ZEROS_1M);
      assertThat(index.start(2)).isEqualTo(8L * MIB);
      assertThat(index.end(2)).isEqualTo(9L * MIB);
      assertThat(index.length(0)).isEqualTo(4L * MIB);
      assertThat(index.entryAt(0)).isZero();
      assertThat(index.entryAt(4 * MIB - 1)).isZero();
      assertThat(index.entryAt(4 * MIB)).isEqualTo(1);
      assertThat(index.entryAt(9 * MIB - 1)).isEqualTo(2);
      assertThat(index.entryAt(9 * MIB)).isEqualTo(-1);
      assertThat(index.entryAt(-1)).isEqualTo(-1);
      assertThatThrownBy(() -> index.digest(3)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> index.digest(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void dynamicIndexReads() throws IOException {
    try (var index = DynamicIndexReader.open(golden("golden.didx"))) {
      assertThat(index.entryCount()).isEqualTo(2);
      assertThat(index.size()).isEqualTo(5L * MIB);
      assertThat(index.uuid()).isEqualTo(COUNTING);
      assertThat(index.ctime()).isEqualTo(TIME);
      assertThat(index.checksum())
          .hasToString("28a9800581289aba5a7430fbd35ec51395f52d4cf3572f4703ce7461e4897a61")
          .isEqualTo(index.computeChecksum());
      assertThat(index.digest(1)).isEqualTo(ZEROS_1M);
      assertThat(index.start(1)).isEqualTo(4L * MIB);
      assertThat(index.entryAt(4 * MIB - 1)).isZero();
      assertThat(index.entryAt(4 * MIB)).isEqualTo(1);
      assertThat(index.entryAt(5 * MIB)).isEqualTo(-1);
    }
  }

  @Test
  void kindsAreToldByTheirMagicNotByTheirName() throws IOException {
    Path file = Files.move(writeFixed(), dir.resolve("x.didx"));
    try (IndexReader index = IndexReader.open(file)) {
      assertThat(index).isInstanceOf(FixedIndexReader.class);
    }
    assertThatThrownBy(() -> DynamicIndexReader.open(file))
        .isInstanceOf(BadFormat.class)
        .hasMessageContaining("fixed index");
  }

  @Test
  void abandonedWriterLeavesNothing() throws IOException {
    try (var writer = FixedIndexWriter.create(dir.resolve("a.tmp_fidx"), 100, 10)) {
      writer.set(3, ZEROS_1M);
    }
    try (var writer = DynamicIndexWriter.create(dir.resolve("b.tmp_didx"))) {
      writer.append(7, ZEROS_1M);
    }
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void slotsNeverWrittenAreZero() throws IOException {
    Path target = dir.resolve("a.fidx");
    try (var writer = FixedIndexWriter.create(dir.resolve("a.tmp_fidx"), 1_001, 10)) {
      writer.set(3, ZEROS_1M);
      writer.finish(target, false);
    }
    try (var index = FixedIndexReader.open(target)) {
      assertThat(index.entryCount()).isEqualTo(101);
      assertThat(index.digest(100)).isEqualTo(new Digest(0, 0, 0, 0));
      assertThat(index.length(100)).isEqualTo(1);
      assertThat(index.checksum()).isEqualTo(index.computeChecksum());
    }
  }

  @Test
  void entriesOutsideTheImageAreRefused() throws IOException {
    try (var writer = FixedIndexWriter.create(dir.resolve("a.tmp_fidx"), 1_000, 10)) {
      assertThatThrownBy(() -> writer.set(100, ZEROS_1M))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> writer.set(-1, ZEROS_1M))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThatThrownBy(() -> FixedIndexWriter.create(dir.resolve("b"), 0, 10))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> FixedIndexWriter.create(dir.resolve("b"), 10, 0))
        .isInstanceOf(IllegalArgumentException.class);
    try (var writer = DynamicIndexWriter.create(dir.resolve("c.tmp_didx"))) {
      writer.append(7, ZEROS_1M);
      assertThatThrownBy(() -> writer.append(7, ZEROS_1M))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void reuseCopiesAllEntriesOfAnIndexOfTheSameSize() throws IOException {
    Path first = writeFixed();
    Path second = dir.resolve("second.fidx");
    try (var earlier = FixedIndexReader.open(first);
        var writer = FixedIndexWriter.create(dir.resolve("second.tmp_fidx"), 9 * MIB, 4 * MIB)) {
      writer.copyFrom(earlier);
      assertThat(writer.computeChecksum()).isEqualTo(earlier.checksum());
      writer.set(1, ZEROS_4M);
      writer.finish(second, false);
    }
    try (var index = FixedIndexReader.open(second)) {
      assertThat(List.of(index.digest(0), index.digest(1), index.digest(2)))
          .containsExactly(ZEROS_4M, ZEROS_4M, ZEROS_1M);
    }
    try (var earlier = FixedIndexReader.open(first);
        var writer = FixedIndexWriter.create(dir.resolve("third.tmp_fidx"), 17 * MIB, 4 * MIB)) {
      assertThatThrownBy(() -> writer.copyFrom(earlier)).isInstanceOf(BadFormat.class);
    }
  }

  /** Thousands of entries, more than the windows hold, read in order, backwards and anywhere. */
  @ParameterizedTest
  @InstancioSource(samples = 3)
  void whatWasWrittenIsRead(long seed) throws IOException {
    var random = new Random(seed);
    int count = 1 + random.nextInt(9_000);
    List<Digest> digests = new ArrayList<>();
    List<Long> ends = new ArrayList<>();
    long end = 0;
    Path fixed = dir.resolve("a.fidx");
    Path dynamic = dir.resolve("a.didx");
    int chunk = 1 + random.nextInt(4 * MIB);
    long size = (count - 1L) * chunk + 1 + random.nextInt(chunk);
    try (var f = FixedIndexWriter.create(dir.resolve("a.tmp_fidx"), size, chunk);
        var d = DynamicIndexWriter.create(dir.resolve("a.tmp_didx"))) {
      for (int i = 0; i < count; i++) {
        var digest = new Digest(random.nextLong(), random.nextLong(), random.nextLong(), i);
        digests.add(digest);
        end += 1 + random.nextInt(16 * MIB);
        ends.add(end);
        d.append(end, digest);
        f.set(count - 1 - i, digest);
      }
      assertThat(d.computeChecksum()).isEqualTo(d.finish(dynamic, false));
      f.finish(fixed, f.computeChecksum(), false);
    }
    try (var f = FixedIndexReader.open(fixed);
        var d = DynamicIndexReader.open(dynamic)) {
      assertThat(d.checksum()).isEqualTo(d.computeChecksum());
      assertThat(f.checksum()).isEqualTo(f.computeChecksum());
      assertThat(f.size()).isEqualTo(size);
      assertThat(d.size()).isEqualTo(end);
      for (int i = 0; i < count; i++) check(f, d, digests, ends, i);
      for (int i = count - 1; i >= 0; i--) check(f, d, digests, ends, i);
      for (int i = 0; i < 2_000; i++) check(f, d, digests, ends, random.nextInt(count));
      for (int i = 0; i < 2_000; i++) {
        long at = random.nextLong(end);
        long entry = d.entryAt(at);
        assertThat(d.start(entry)).as("seed %d", seed).isLessThanOrEqualTo(at);
        assertThat(d.end(entry)).isGreaterThan(at);
        long there = random.nextLong(size);
        assertThat(f.start(f.entryAt(there))).isLessThanOrEqualTo(there);
        assertThat(f.end(f.entryAt(there))).isGreaterThan(there);
      }
    }
  }

  private static void check(
      FixedIndexReader f, DynamicIndexReader d, List<Digest> digests, List<Long> ends, int i)
      throws IOException {
    assertThat(d.digest(i)).isEqualTo(digests.get(i));
    assertThat(f.digest(digests.size() - 1 - i)).isEqualTo(digests.get(i));
    assertThat(d.end(i)).isEqualTo(ends.get(i));
    assertThat(d.start(i)).isEqualTo(i == 0 ? 0 : ends.get(i - 1));
  }

  private Path fixed(long size, long chunkSize, long length) throws IOException {
    byte[] bytes = new byte[(int) length];
    ByteBuffer.wrap(bytes)
        .putLong(IndexFile.FIXED)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(64, size)
        .putLong(72, chunkSize);
    return Files.write(Files.createTempFile(dir, "forged", ".fidx"), bytes);
  }

  @Test
  void forgedSizesAreRefusedOnOpening() throws IOException {
    long[][] forged = {
      {4096, 0, 4128}, // chunk size 0
      {0, 4096, 4128}, // no image
      {0, 4096, 4096}, // no entry
      {4097, 4096, 4128}, // one entry missing
      {4096, 4096, 4160}, // one too many
      {4096, 4096, 4127}, // cut off
      {Long.MAX_VALUE, 1, 4128},
      {-1, 4096, 4128}, // 2^64 − 1
      {-1, -1, 4128},
      {4096, -4096, 4128},
      {Long.MIN_VALUE, 2, 4096 + 32 * 4},
    };
    for (long[] f : forged) {
      Path file = fixed(f[0], f[1], f[2]);
      assertThatThrownBy(() -> IndexReader.open(file))
          .as(Arrays.toString(f))
          .isInstanceOf(BadFormat.class);
    }
    try (IndexReader index = IndexReader.open(fixed(Long.MAX_VALUE, 1L << 62, 4096 + 64))) {
      assertThat(index.end(1)).isEqualTo(Long.MAX_VALUE);
      assertThat(index.entryAt(Long.MAX_VALUE - 1)).isEqualTo(1);
    }
  }

  @Test
  void shortOrForeignFilesAreRefused() throws IOException {
    byte[] good = Files.readAllBytes(golden("golden.didx"));
    for (int length : new int[] {0, 8, 4095, 4096, 4097, 4135, 4175}) {
      Path file = Files.write(dir.resolve("cut"), Arrays.copyOf(good, length));
      assertThatThrownBy(() -> IndexReader.open(file))
          .as("%d bytes", length)
          .isInstanceOf(BadFormat.class);
    }
    good[0] ^= 1;
    Path file = Files.write(dir.resolve("cut"), good);
    assertThatThrownBy(() -> IndexReader.open(file))
        .isInstanceOf(BadFormat.class)
        .hasMessageContaining("unknown magic");
  }

  @Test
  void endsThatDoNotRiseNeverGiveANegativeLengthOrAnEndlessSearch() throws IOException {
    ByteBuffer forged = ByteBuffer.allocate(4096 + 3 * 40)
        .putLong(IndexFile.DYNAMIC)
        .order(ByteOrder.LITTLE_ENDIAN);
    forged.putLong(4096, 1_000).putLong(4136, 10).putLong(4176, 2_000);
    try (IndexReader index = IndexReader.open(Files.write(dir.resolve("a.didx"), forged.array()))) {
      assertThatThrownBy(() -> index.length(1)).isInstanceOf(BadFormat.class);
      for (long at : new long[] {0, 5, 10, 999, 1_000, 1_999})
        assertThat(index.entryAt(at)).isBetween(0L, 2L);
    }
    forged.putLong(4136, -5);
    try (IndexReader index = IndexReader.open(Files.write(dir.resolve("b.didx"), forged.array()))) {
      assertThatThrownBy(() -> index.end(1)).isInstanceOf(BadFormat.class);
    }
  }

  @Test
  void fileCutShortWhileItIsOpenIsAnErrorThatNamesIt() throws IOException {
    Path file = dir.resolve("a.didx");
    try (var writer = DynamicIndexWriter.create(dir.resolve("a.tmp_didx"))) {
      for (int i = 1; i <= 10_000; i++) writer.append(i, ZEROS_1M);
      writer.finish(file, false);
    }
    try (IndexReader index = IndexReader.open(file);
        var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(5_000);
      for (int i = 0; i < 2; i++) { // nor is anything stale handed out the second time
        assertThatThrownBy(() -> index.digest(9_000))
            .isInstanceOf(BadFormat.class)
            .hasMessageContaining("a.didx");
      }
      assertThatThrownBy(index::computeChecksum).isInstanceOf(BadFormat.class);
    }
  }
}
