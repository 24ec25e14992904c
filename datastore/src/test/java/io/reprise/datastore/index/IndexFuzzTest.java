package io.reprise.datastore.index;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.reprise.datastore.BadFormat;
import io.reprise.datastore.Digest;
import io.reprise.datastore.Fixture;
import io.reprise.datastore.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Any bytes are an index whose every entry can be asked for, or refused. */
class IndexFuzzTest {
  private static final long MAX_SIZE = 1L << 50;

  @TempDir
  static Path directory;

  @FuzzTest
  void open(byte[] data) throws IOException {
    Path file = Files.write(directory.resolve("index"), data);
    try (var index = IndexReader.open(file)) {
      var digests = new ArrayList<Digest>();
      index.digests((a, b, c, d) -> digests.add(new Digest(a, b, c, d)));
      assertThat(index.entryCount()).isEqualTo(digests.size()).isPositive();
      for (int i = 0; i < digests.size(); i++) {
        assertThat(index.digest(i)).isEqualTo(digests.get(i));
        assertThat(index.length(i)).isNotNegative();
      }
      for (long at : new long[] {-1, 0, index.size() / 2, index.size() - 1, index.size()}) {
        assertThat(index.entryAt(at)).isBetween(-1L, index.entryCount() - 1);
      }
      index.computeChecksum();
      comesBack(index, digests);
    } catch (BadFormat refused) {
      assertThat(refused).hasMessageContaining("index");
    }
  }

  /** Written anew, and read: the same but for the checksum. */
  private static void comesBack(IndexReader index, ArrayList<Digest> digests) throws IOException {
    Path temporary = directory.resolve("tmp");
    Path written = directory.resolve("written");
    switch (index) {
      case FixedIndexReader fixed -> {
        if (fixed.chunkSize() > Integer.MAX_VALUE || fixed.size() > MAX_SIZE) return;
        try (var writer = FixedIndexWriter.create(
            temporary, fixed.size(), (int) fixed.chunkSize(), fixed.uuid(), fixed.ctime())) {
          for (int i = 0; i < digests.size(); i++) writer.set(i, digests.get(i));
          writer.finish(written, false);
        }
      }
      case DynamicIndexReader dynamic -> {
        for (int i = 0; i < digests.size(); i++) if (dynamic.length(i) == 0) return;
        try (var writer = DynamicIndexWriter.create(temporary, dynamic.uuid(), dynamic.ctime())) {
          for (int i = 0; i < digests.size(); i++) writer.append(dynamic.end(i), digests.get(i));
          writer.finish(written, false);
        }
      }
    }
    try (var again = IndexReader.open(written)) {
      assertThat(again.uuid()).isEqualTo(index.uuid());
      assertThat(again.ctime()).isEqualTo(index.ctime());
      assertThat(again.size()).isEqualTo(index.size());
      assertThat(again.checksum()).isEqualTo(index.computeChecksum());
      var at = new AtomicLong();
      again.digests((a, b, c, d) ->
          assertThat(new Digest(a, b, c, d)).isEqualTo(digests.get((int) at.getAndIncrement())));
    }
  }

  private static final UUID UUID_SIGN1 = UUID.fromString("135bd780-e362-436c-b959-f362bf86481f");

  /** What a real server wrote for a signed archive, made from its facts. */
  private static byte[] sign1() throws IOException {
    Path made = directory.resolve("made");
    try (var writer =
        DynamicIndexWriter.create(directory.resolve("made.tmp"), UUID_SIGN1, 1_795_412_666)) {
      writer.append(
          2_005_345,
          Digest.parse("0b340ffc8d9c8f7b9c86750e3199c3e946c03a692e4a3eac6027377270d12472"));
      writer.append(
          13_713_658,
          Digest.parse("3d5f3fffbad4a0194034075bb0cea059aa61f94f8841c90ddbb31afc50a38e09"));
      writer.finish(made, false);
    }
    return Files.readAllBytes(made);
  }

  private static byte[] fixed() throws IOException {
    Path made = directory.resolve("made");
    try (var writer = FixedIndexWriter.create(
        directory.resolve("made.tmp"), 10_000, 4_096, UUID_SIGN1, 1_795_412_666)) {
      for (int i = 0; i < writer.entryCount(); i++) writer.set(i, new Digest(1, 2, 3, i));
      writer.finish(made, false);
    }
    return Files.readAllBytes(made);
  }

  @Test
  void goldenFiles() throws IOException {
    Golden.check(IndexFuzzTest.class, Map.of("open/sign1.didx", sign1(), "open/fixed", fixed()));
  }

  @Test
  void goldenFileIsThatOfTheRealServer() throws IOException {
    assertThat(Fixture.store().resolve("host/sign1/2025-11-23T06:00:00Z/root.pxar.didx"))
        .hasBinaryContent(Golden.read(IndexFuzzTest.class, "open/sign1.didx"));
  }
}
