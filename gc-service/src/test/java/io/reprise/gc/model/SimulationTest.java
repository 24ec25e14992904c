package io.reprise.gc.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.gc.model.World.ChunkLost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Seeds are new in each run and told on failure; {@code -Dreprise.gc.seed=N} lives one life again,
 * {@code -Dreprise.gc.steps=N} makes a run of another length (a night: a million).
 */
class SimulationTest {
  private static final int STEPS_OF_A_LIFE = 2_500;
  private static final int STEPS = Integer.getInteger("reprise.gc.steps", 20_000);
  private static final int LIVES_TO_LOSE = 200;

  /** Where it is, a life takes a tenth of the time. */
  private static final Path MEMORY = Path.of("/dev/shm");

  @TempDir
  Path directory;

  @Test
  void noReferencedChunkIsEverDeletedAndAllGarbageGoes() throws IOException {
    Long asked = Long.getLong("reprise.gc.seed");
    if (asked != null) {
      live(asked, null);
      return;
    }
    var seeds = new Random();
    for (int i = 0; i < Math.max(1, STEPS / STEPS_OF_A_LIFE); i++) live(seeds.nextLong(), null);
  }

  @ParameterizedTest
  @EnumSource
  void withoutAGuardAChunkIsLost(Guard guard) {
    assertThatThrownBy(() -> {
          for (long seed = 1; seed <= LIVES_TO_LOSE; seed++) live(seed, guard);
        })
        .as("without %s, in %d lives", guard, LIVES_TO_LOSE)
        .rootCause()
        .isInstanceOf(ChunkLost.class);
  }

  private void live(long seed, @Nullable Guard without) throws IOException {
    Path own = Files.createTempDirectory(Files.isWritable(MEMORY) ? MEMORY : directory, "life");
    try (var simulation = new Simulation(seed, own, without)) {
      simulation.run(STEPS_OF_A_LIFE);
    } catch (AssertionError | RuntimeException | IOException e) {
      throw new AssertionError("-Dreprise.gc.seed=" + seed, e);
    } finally {
      delete(own);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }
}
