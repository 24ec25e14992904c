package io.reprise.datastore.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.datastore.Digest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.instancio.junit.InstancioExtension;
import org.instancio.junit.InstancioSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

@ExtendWith(InstancioExtension.class)
class DigestMapTest {
  private static Digest digest(SplittableRandom random) {
    return new Digest(
        random.nextLong(4), random.nextLong(4), random.nextLong(4), random.nextLong());
  }

  @ParameterizedTest
  @InstancioSource(samples = 20)
  void itAnswersAsAMapOfObjectsDoes(long seed) throws Exception {
    var random = new SplittableRandom(seed);
    var map = new DigestMap();
    for (int round = 0; round < 3; round++) {
      Map<Digest, Integer> expected = new HashMap<>();
      List<Digest> order = new ArrayList<>();
      for (int i = random.nextInt(5_000); i > 0; i--) {
        Digest digest = order.isEmpty() || random.nextInt(3) > 0
            ? digest(random)
            : order.get(random.nextInt(order.size()));
        int value = random.nextInt();
        if (expected.put(digest, value) == null) order.add(digest);
        map.put(digest, value);
      }
      assertThat(map.size()).isEqualTo(expected.size());
      for (int position = 0; position < order.size(); position++) {
        Digest digest = order.get(position);
        assertThat(map.digest(position)).isEqualTo(digest);
        assertThat(map.find(digest.a(), digest.b(), digest.c(), digest.d())).isEqualTo(position);
        assertThat(map.get(digest, 0)).isEqualTo(expected.get(digest));
      }
      assertThat(map.get(new Digest(5, 0, 0, 0), 77)).isEqualTo(77);
      map.clear(random.nextInt(2) == 0 ? 0 : 4_000);
      assertThat(map.size()).isZero();
      if (!order.isEmpty()) assertThat(map.get(order.getFirst(), 77)).isEqualTo(77);
    }
  }

  @Test
  void addingAgainChangesNothing() throws Exception {
    var map = new DigestMap();
    assertThat(map.add(1, 2, 3, 4, 5)).isZero();
    assertThat(map.add(1, 2, 3, 5, 6)).isEqualTo(1);
    assertThat(map.add(1, 2, 3, 4, 7)).isZero();
    assertThat(map.value(0)).isEqualTo(5);
  }

  @Test
  void anEntryTakes48BytesAtMost() throws Exception {
    long[] used = {0};
    var map = new DigestMap(new DigestMap.Memory() {
      @Override
      public ByteBuffer allocate(int bytes) {
        used[0] += bytes;
        return ByteBuffer.allocate(bytes);
      }

      @Override
      public void free(ByteBuffer unused) {
        used[0] -= unused.capacity();
      }
    });
    for (int i = 0; i < 300_000; i++) {
      map.add(i, 0, 0, 0, 1);
      if (i > 10_000) assertThat(used[0]).isLessThanOrEqualTo(48L * map.size() + 36 * 1024);
    }
  }
}
