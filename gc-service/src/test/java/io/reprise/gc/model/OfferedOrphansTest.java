package io.reprise.gc.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.datastore.Digest;
import io.reprise.gc.references.Place;
import io.reprise.gc.references.ReferenceIndex;
import io.reprise.gc.sweep.Cutoff;
import io.reprise.gc.sweep.Pass;
import io.reprise.gc.sweep.Sweeper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of orphans that were offered to other replicas, who never answer. */
class OfferedOrphansTest {
  private static final Digest DELETED = Digest.parse("aa".repeat(32));
  private static final Digest LEFT = Digest.parse("bb".repeat(32));
  private static final String PATH = "vm/100/2026-01-01T00:00:00Z/disk.img.fidx";
  private static final Duration VALID = Duration.ofMinutes(15);

  @TempDir
  Path directory;

  private final World world = new World(new Random(1));
  private final DatastoreUsers users = new DatastoreUsers(world, null);
  private final SimulatedFiles files = new SimulatedFiles(world, () -> {}, () -> false, true);
  private final List<Digest> offered = new ArrayList<>();

  @Test
  void whatOthersDeletedIsForgottenAndWhatTheyLeftTheOwnerDeletes() throws Exception {
    world.insert(DELETED);
    world.insert(LEFT);
    var place = new Place("vm/100", "disk.img.fidx", 1);
    world.indexes.put(PATH, world.newIndex(List.of(DELETED, LEFT), place));
    try (var index = ReferenceIndex.open(directory, 1, 1, files, files)) {
      pass(index);
      world.indexes.remove(PATH);
      world.pass(Duration.ofDays(2));
      pass(index);
      assertThat(offered).containsExactly(DELETED, LEFT);
      sweeper().sweep(List.of(DELETED), Cutoff.DEFAULT.of(users));

      pass(index);
      assertThat(world.chunks).as("the offer stands").containsOnlyKeys(LEFT);
      world.pass(VALID.plusSeconds(1));
      pass(index);
      assertThat(offered).as("offered once").hasSize(2);
      assertThat(world.chunks).isEmpty();
      assertThat(index.figures().orphans()).isZero();
    }
  }

  private void pass(ReferenceIndex index) throws IOException {
    Pass.Outlet outlet = (digests, cutoff) -> {
      offered.addAll(digests);
      return VALID;
    };
    new Pass(index, Cutoff.DEFAULT, users, sweeper(), outlet).run(done -> {});
  }

  private Sweeper sweeper() {
    return new Sweeper(files, Sweeper.Pause.NONE);
  }
}
