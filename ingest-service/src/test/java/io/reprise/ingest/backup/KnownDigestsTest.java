package io.reprise.ingest.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.datastore.Digest;
import io.reprise.ingest.memory.MemoryBudget;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownDigestsTest {
  private static final long BUDGET = 32 << 20;

  @TempDir
  Path directory;

  private static Digest digest(long number) {
    return new Digest(number, number * 31, 0, 7);
  }

  @Test
  void digestsAreCountedByTheBudgetAndGoToAFileBeyondIt() throws Exception {
    var budget = new MemoryBudget(BUDGET, 0);
    int count = 400_000; // 19 MB, of which a quarter of 32 MiB may be in memory
    try (var known = new KnownDigests(new KnownMemory(budget, directory))) {
      for (int i = 0; i < count; i++) known.add(digest(i), i + 1);
      assertThat(budget.kept()).isBetween(BUDGET / 8, BUDGET / 4);
      for (int i = 0; i < count; i++) assertThat(known.size(digest(i))).isEqualTo(i + 1);
      assertThat(known.size(digest(count))).isZero();
      Set<Digest> seen = new HashSet<>();
      known.forEach(seen::add);
      assertThat(seen).hasSize(count);
      assertThat(directory).isEmptyDirectory(); // the file has no name
    }
    assertThat(budget.kept()).isZero();
  }

  @Test
  void bodiesFindRoomBesideWhatIsKept() throws Exception {
    var budget = new MemoryBudget(BUDGET, 0);
    try (var known = new KnownDigests(new KnownMemory(budget, directory));
        var share = budget.openUploads(() -> {})) {
      for (int i = 0; i < 400_000; i++) known.add(digest(i), 1);
      boolean[] admitted = {false, false};
      var first = share.admit(MemoryBudget.MAX_BODY, Runnable::run, () -> admitted[0] = true);
      share.admit(MemoryBudget.MAX_BODY, Runnable::run, () -> admitted[1] = true);
      assertThat(admitted).containsExactly(true, false);
      first.close();
      assertThat(admitted).containsExactly(true, true);
      assertThat(budget.kept() + budget.uploadsHeld()).isLessThanOrEqualTo(BUDGET);
    }
  }

  @Test
  void aClosedOneKnowsNothing() throws Exception {
    var known = new KnownDigests(new KnownMemory(new MemoryBudget(BUDGET, 0), directory));
    known.add(digest(1), 1);
    known.close();
    known.add(digest(2), 1);
    assertThat(known.size(digest(1))).isZero();
    known.forEach(digest -> {
      throw new AssertionError("handed over after the end");
    });
  }
}
