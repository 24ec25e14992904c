package io.reprise.cli.backup;

import io.reprise.cli.remote.Remote;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.protocol.backup.BackupClient;
import io.reprise.protocol.upgrade.UpgradedConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** How fast chunks reach a server that throws them away (protocol.md §3.8). */
final class UploadSpeed {
  private static final int CHUNK = 4 << 20;
  private static final int UNDER_WAY = 32;

  private UploadSpeed() {}

  /** @return bytes per second */
  static double measure(Surroundings at, Remote remote, Duration duration) throws IOException {
    byte[] chunk = new byte[CHUNK];
    new SplittableRandom().nextBytes(chunk);
    var underWay = new ArrayDeque<CompletableFuture<Void>>();
    long count = 0;
    try (var client =
        BackupClient.openBenchmark(remote.rest(), remote.repository().store())) {
      long started = System.nanoTime();
      while (System.nanoTime() - started < duration.toNanos()) {
        if (underWay.size() == UNDER_WAY) UpgradedConnection.await(underWay.remove());
        underWay.add(client.speedtest(ByteBuffer.wrap(chunk)));
        count++;
      }
      while (!underWay.isEmpty()) UpgradedConnection.await(underWay.remove());
      double seconds = (System.nanoTime() - started) / 1e9;
      at.messages().info("Uploaded " + count + " chunks in " + Math.round(seconds) + " seconds.");
      at.messages()
          .info("Time per request: " + Math.round(seconds * 1e6 / count) + " microseconds.");
      return Benchmark.told(at, "TLS", count * CHUNK / seconds);
    }
  }
}
