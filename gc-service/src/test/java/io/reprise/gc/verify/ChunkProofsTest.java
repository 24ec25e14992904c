package io.reprise.gc.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.datastore.Digest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChunkProofsTest {
  @TempDir
  Path directory;

  private static Map<Digest, Integer> many(int count) {
    var random = new Random(7);
    var all = new HashMap<Digest, Integer>();
    for (int i = 0; i < count; i++) {
      all.put(
          new Digest(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()),
          random.nextInt(1, Integer.MAX_VALUE));
    }
    return all;
  }

  @Test
  void whatIsSavedIsThereAfterwards() throws Exception {
    var proofs = new ChunkProofs(directory.resolve("st1"));
    Map<Digest, Integer> all = many(100_000);
    all.forEach(proofs::proved);
    proofs.scrubbed(0x1234, 77, all.keySet().stream().map(Digest::a).collect(Collectors.toSet()));
    proofs.save();
    var again = new ChunkProofs(directory.resolve("st1"));
    assertThat(again.load()).isEmpty();
    all.forEach((digest, time) -> assertThat(again.when(digest)).isEqualTo(time));
    assertThat(again.when(new Digest(1, 2, 3, 4))).isZero();
    assertThat(again.scrubbed(0x1234)).isEqualTo(77);
    assertThat(again.scrubbed(0x1235)).isZero();
  }

  @Test
  void aDamagedFileCostsProofsAndNothingElse() throws Exception {
    var proofs = new ChunkProofs(directory);
    many(10_000).forEach(proofs::proved);
    proofs.save();
    Path file = directory.resolve("07.proofs");
    byte[] bytes = Files.readAllBytes(file);
    var random = new Random(3);
    for (int i = 0; i < 200; i++) {
      byte[] damaged = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
      for (int j = 0; j < 20 && damaged.length > 0; j++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Files.write(file, damaged);
      var again = new ChunkProofs(directory);
      again.load();
      again.proved(new Digest(0x7000_0000_0000_0000L, 0, 0, 0), 5);
      assertThat(again.when(new Digest(0x7000_0000_0000_0000L, 0, 0, 0))).isPositive();
    }
  }

  @Test
  void aProofAfterAPassWasAskedForIsOfThatPassEvenInTheSameSecond() {
    var proofs = new ChunkProofs(directory);
    var digest = new Digest(1, 2, 3, 4);
    proofs.proved(digest, 1000);
    proofs.begin(1000);
    assertThat(proofs.when(digest)).as("before it").isLessThanOrEqualTo(1000);
    proofs.proved(digest, 1000);
    assertThat(proofs.when(digest)).isGreaterThan(1000);
  }

  @Test
  void whatIsNoLongerThereIsForgotten() {
    var proofs = new ChunkProofs(directory);
    var here = new Digest(5, 0, 0, 1);
    var gone = new Digest(6, 0, 0, 1);
    proofs.proved(here, 10);
    proofs.proved(gone, 10);
    proofs.scrubbed(0, 20, Set.of(5L));
    assertThat(proofs.when(here)).isEqualTo(10);
    assertThat(proofs.when(gone)).isZero();
    assertThat(proofs.oldestDirectory()).isEqualTo(1);
  }

  /** Where no scrub runs, whoever proves a chunk looks, as {@link ChunkProofs#proved} asks for it. */
  @Test
  void withoutAScrubADirectoryHasAtMostTwiceAsManyProofsAsChunks() {
    var proofs = new ChunkProofs(directory);
    int chunks = 20;
    int looks = 0;
    int last = 5000;
    for (int head = 1; head <= last; head++) { // each night one comes and one goes
      if (!proofs.proved(new Digest(head, 0, 0, 0), head)) continue;
      looks++;
      proofs.forget(0, between(head - chunks, head));
    }
    assertThat(between(0, last))
        .filteredOn(head -> proofs.when(new Digest(head, 0, 0, 0)) > 0)
        .hasSizeBetween(chunks, 2 * chunks + 8)
        .containsAll(between(last - chunks, last));
    assertThat(looks).as("a look is worth many proofs").isLessThan(last / chunks);
  }

  private static Set<Long> between(long after, long last) {
    return LongStream.rangeClosed(after + 1, last).boxed().collect(Collectors.toSet());
  }
}
