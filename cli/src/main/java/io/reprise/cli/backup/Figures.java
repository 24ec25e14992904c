package io.reprise.cli.backup;

import io.reprise.cli.output.Show;
import io.reprise.protocol.backup.UploadResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is told of an archive that has been uploaded (cli.md §3.4), and its sizes and rates by name (§6). */
final class Figures {
  private static final double MIN_SECONDS = 1e-3;
  private static final long MIN_INCREMENTAL = 1 << 20;

  private Figures() {}

  /** @param name with its type, e.g. {@code disk.img} */
  static List<String> of(String name, UploadResult result, double seconds) {
    var lines = new ArrayList<String>();
    lines.add("%s: had to backup %s of %s (compressed %s) in %s"
        .formatted(
            name,
            Show.size(result.uploadedBytes()),
            Show.size(result.sizeBytes()),
            Show.size(result.sentBytes()),
            seconds(seconds)));
    lines.add(
        "%s: average backup speed: %s".formatted(name, rate(result.uploadedBytes(), seconds)));
    if (result.reusedBytes() > 0 && result.sizeBytes() > MIN_INCREMENTAL) {
      lines.add(String.format(
          Locale.ROOT,
          "%s: backup was done incrementally, reused %s (%.1f%%)",
          name,
          Show.size(result.reusedBytes()),
          result.reusedBytes() * 100.0 / result.sizeBytes()));
    }
    lines.add("%s: read %s (%s), uploaded %s (%s)"
        .formatted(
            name,
            Show.size(result.sizeBytes()),
            rate(result.sizeBytes(), seconds),
            Show.size(result.sentBytes()),
            rate(result.sentBytes(), seconds)));
    return lines;
  }

  /** As {@code 12.34s}. */
  static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.2fs", seconds);
  }

  private static String rate(long bytes, double seconds) {
    return Show.size(bytes / Math.max(seconds, MIN_SECONDS), 3) + "/s";
  }
}
