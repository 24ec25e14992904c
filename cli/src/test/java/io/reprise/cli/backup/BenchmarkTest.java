package io.reprise.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reprise.cli.Scene;
import io.reprise.cli.server.RealServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code benchmark} (cli.md §3.3). */
@Timeout(300) // a service starts
class BenchmarkTest {
  @TempDir
  Path home;

  @Test
  void withoutARepositoryTheServerIsLeftOut() {
    var scene = new Scene(home);
    assertThat(scene.run("benchmark", "--seconds=1")).as(() -> scene.err()).isZero();
    assertThat(scene.err()).matches("""
            SHA256 speed: [0-9.]+ MB/s
            Compression speed: [0-9.]+ MB/s
            Decompress speed: [0-9.]+ MB/s
            AES256/GCM speed: [0-9.]+ MB/s
            Verify speed: [0-9.]+ MB/s
            """);
    assertThat(scene.out())
        .containsPattern("│ TLS \\(maximal backup upload speed\\) +│ not tested +│")
        .containsPattern(
            "│ SHA256 checksum computation speed +│ [0-9]+\\.[0-9]{2} MB/s \\([0-9]+%\\) +│");
  }

  @Test
  void withARepositoryTheWayThereIsMeasuredAndNoSnapshotStays() throws Exception {
    var server = RealServer.get();
    var scene = server.scene(home);
    assertThat(scene.run("benchmark", "--seconds=1", "--output-format=json"))
        .as(() -> scene.err())
        .isZero();
    JsonNode all = new ObjectMapper().readTree(scene.out());
    assertThat(all.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "tls", "sha256", "compress", "decompress", "verify", "aes256_gcm");
    for (JsonNode test : all) {
      assertThat(test.path("speed").asDouble()).isPositive();
      assertThat(test.path("top").asLong()).isPositive();
    }
    assertThat(scene.run("list", "--output-format=json")).isZero();
    assertThat(scene.out()).doesNotContain("\"benchmark\"");
  }
}
