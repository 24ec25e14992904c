package io.reprise.cli.backup;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.output.Table;
import io.reprise.cli.remote.KeyOptions.Place;
import io.reprise.cli.remote.Keys;
import io.reprise.cli.remote.Remote;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.key.CryptKey;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code benchmark}: what this host computes on one core, and with a repository what the way to the server carries (cli.md §3.3). */
@Command
public final class Benchmark implements Action {
  /** A test and how fast a Ryzen 7 2700X does it, to which the percentages refer. */
  enum Test {
    TLS("tls", "TLS (maximal backup upload speed)", 1_235),
    SHA256("sha256", "SHA256 checksum computation speed", 2_022),
    COMPRESS("compress", "ZStd level 1 compression speed", 752),
    DECOMPRESS("decompress", "ZStd level 1 decompression speed", 1_198),
    VERIFY("verify", "Chunk verification speed", 758),
    AES256_GCM("aes256_gcm", "AES256 GCM encryption speed", 3_645);

    private final String key;
    private final String title;
    private final long top;

    /** @param topMegabytes per second, of 10^6 bytes */
    Test(String key, String title, long topMegabytes) {
      this.key = key;
      this.title = title;
      top = topMegabytes * 1_000_000;
    }
  }

  @Mixin
  private final RepositoryOptions repository = new RepositoryOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Option(names = "--keyfile", paramLabel = "<path>", description = "encrypt with this key")
  private @Nullable String keyfile;

  @Option(
      names = "--seconds",
      paramLabel = "<n>",
      description = "how long each test takes (default: 5)",
      defaultValue = "5")
  private int seconds;

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    if (seconds < 1) throw new CommandFailed("--seconds: at least 1");
    CryptKey key = keyfile == null
        ? CryptKey.generate()
        : Keys.open(at, new Place.File(at.path(keyfile), false)).key();
    Map<Test, Double> speeds = new EnumMap<>(Test.class);
    var duration = Duration.ofSeconds(seconds);
    var to = repository.optional(at);
    if (to != null) {
      try (var remote = Remote.open(at, to)) {
        speeds.put(Test.TLS, UploadSpeed.measure(at, remote, duration));
      }
    }
    try (var speed = new ChunkSpeed(key, duration)) {
      speeds.put(Test.SHA256, told(at, "SHA256", speed.sha256()));
      speeds.put(Test.COMPRESS, told(at, "Compression", speed.compress()));
      speeds.put(Test.DECOMPRESS, told(at, "Decompress", speed.decompress()));
      speeds.put(Test.AES256_GCM, told(at, "AES256/GCM", speed.encrypt()));
      speeds.put(Test.VERIFY, told(at, "Verify", speed.verify()));
    }
    show(at, speeds);
  }

  /** @param speed bytes per second */
  static double told(Surroundings at, String what, double speed) {
    at.messages().info(what + " speed: " + megabytes(speed));
    return speed;
  }

  private static String megabytes(double speed) {
    return String.format(Locale.ROOT, "%.2f MB/s", speed / 1e6);
  }

  private void show(Surroundings at, Map<Test, Double> speeds) throws CommandFailed {
    var json = JsonNodeFactory.instance.objectNode();
    var table = Table.ofObject();
    for (Test test : Test.values()) {
      Double speed = speeds.get(test);
      var entry = json.putObject(test.key).put("top", test.top);
      if (speed != null) entry.put("speed", speed);
      table.row(
          test.title,
          speed == null
              ? "not tested"
              : megabytes(speed) + " (" + Math.round(100 * speed / test.top) + "%)");
    }
    if (!output.json(at, json)) table.print(at);
  }
}
