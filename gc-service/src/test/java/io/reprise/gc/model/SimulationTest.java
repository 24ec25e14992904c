package io.reprise.gc.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.gc.model.Simulation.Without;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Seeds are new in each run and told on failure; {@code -Dreprise.gc.seed=N} repeats one, {@code -Dreprise.gc.steps=N} makes
 * a run of another length (a night: a million).
 */
class SimulationTest {
  private static final int STEPS_OF_A_LIFE = 600;
  private static final int STEPS = Integer.getInteger("reprise.gc.steps", 3_000);

  /** Where it is, a life takes a tenth of the time. */
  private static final Path MEMORY = Path.of("/dev/shm");

  @TempDir
  Path directory;

  @Test
  void noReferencedChunkIsEverDeletedAndAllGarbageGoes() throws IOException {
    Long asked = Long.getLong("reprise.gc.seed");
    LongStream seeds = asked == null
        ? new Random().longs(Math.max(1, STEPS / STEPS_OF_A_LIFE))
        : LongStream.of(asked);
    for (long seed : seeds.toArray()) live(seed, Without.NOTHING);
  }

  // Without leases, or without touching again, lives of this kind are not yet long and unlucky
  // enough to lose a chunk: what
  // those two are for is not shown here.
  @ParameterizedTest
  @EnumSource(names = {"BARRIER", "SECOND_LOOK"})
  void nothingOfWhatProtectsChunksIsThereForNothing(Without without) throws IOException {
    for (long seed = 1; seed <= 60; seed++) {
      try {
        live(seed, without);
      } catch (AssertionError lost) {
        assertThat(lost).hasMessageContaining("referenced and gone");
        return;
      }
    }
    throw new AssertionError("without " + without + " nothing was lost in 60 lives");
  }

  private void live(long seed, Without without) throws IOException {
    Path own = Files.createTempDirectory(Files.isWritable(MEMORY) ? MEMORY : directory, "life");
    try (var simulation = new Simulation(seed, own, without)) {
      simulation.run(STEPS_OF_A_LIFE);
    } catch (RuntimeException | IOException e) {
      throw new IllegalStateException("seed " + seed, e);
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
