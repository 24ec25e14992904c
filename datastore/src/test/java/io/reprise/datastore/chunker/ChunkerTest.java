package io.reprise.datastore.chunker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.instancio.junit.InstancioExtension;
import org.instancio.junit.InstancioSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(InstancioExtension.class)
class ChunkerTest {
  /** Ends of all chunks, the data handed over in pieces of these sizes. */
  private static List<Integer> cuts(Chunker chunker, byte[] data, Random pieces, int largest) {
    List<Integer> cuts = new ArrayList<>();
    int at = 0;
    int end = 0;
    while (at < data.length) {
      if (at == end) end = Math.min(data.length, at + 1 + pieces.nextInt(largest));
      int n = chunker.scan(data, at, end - at);
      if (n > 0) cuts.add(at + n);
      at = n > 0 ? at + n : end;
    }
    if (cuts.isEmpty() || cuts.getLast() != data.length) cuts.add(data.length);
    return cuts;
  }

  private static byte[] counters() {
    ByteBuffer counters = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 1 << 18; i++) counters.putInt(i);
    return counters.array();
  }

  @Test
  void cutsOfTheSpecification() {
    assertThat(cuts(new Chunker(4 << 20), new byte[40 << 20], new Random(1), 40 << 20))
        .containsExactly(16777216, 33554432, 41943040);
    assertThat(cuts(new Chunker(64 << 10), counters(), new Random(1), 1 << 20))
        .containsExactly(143377, 405521, 667665, 929809, 1048576);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 64, 65, 1_000, 70_000})
  void sizeOfThePiecesDoesNotMatter(int largest) {
    assertThat(cuts(new Chunker(64 << 10), counters(), new Random(largest), largest))
        .containsExactly(143377, 405521, 667665, 929809, 1048576);
  }

  /** The definition, without shortcuts: the hash of every byte, a window that empties at a cut. */
  private static List<Integer> byDefinition(byte[] data, int average) {
    List<Integer> cuts = new ArrayList<>();
    int start = 0;
    int hash = 0;
    for (int i = 0; i < data.length; i++) {
      hash = Integer.rotateLeft(hash, 1) ^ Buzhash.TABLE[data[i] & 0xff];
      if (i - start >= 64) hash ^= Buzhash.TABLE[data[i - 64] & 0xff];
      int length = i + 1 - start;
      if (length >= average * 4
          || (length >= average / 4 && (hash & (2 * average - 1)) >= 2 * average - 3)) {
        cuts.add(i + 1);
        start = i + 1;
        hash = 0;
      }
    }
    if (start < data.length) cuts.add(data.length);
    return cuts;
  }

  @ParameterizedTest
  @InstancioSource(samples = 6)
  void cutsAreThoseOfTheDefinition(long seed) {
    var random = new Random(seed);
    int average = 256 << random.nextInt(8);
    byte[] data = new byte[300_000];
    random.nextBytes(data);
    int zeros = random.nextInt(data.length / 2);
    java.util.Arrays.fill(data, zeros, zeros + random.nextInt(data.length / 2), (byte) 0);
    assertThat(cuts(new Chunker(average), data, random, 10_000))
        .as("seed %d", seed)
        .isEqualTo(byDefinition(data, average));
  }

  @Test
  void shiftedDataIsCutAtTheSamePlacesAgain() {
    byte[] data = new byte[1 << 20];
    new Random(9).nextBytes(data);
    byte[] shifted = new byte[data.length + 1];
    System.arraycopy(data, 0, shifted, 1, data.length);
    List<Integer> cuts = cuts(new Chunker(16 << 10), data, new Random(1), data.length);
    List<Integer> moved = cuts(new Chunker(16 << 10), shifted, new Random(1), shifted.length);
    assertThat(moved).containsAll(cuts.stream().skip(3).map(c -> c + 1).toList());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 128, 65_537, 8 << 20, Integer.MIN_VALUE})
  void otherAveragesAreRefused(int average) {
    assertThatThrownBy(() -> new Chunker(average)).isInstanceOf(IllegalArgumentException.class);
  }
}
