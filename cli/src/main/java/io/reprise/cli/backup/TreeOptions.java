package io.reprise.cli.backup;

import io.reprise.cli.command.CommandFailed;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of {@code backup} that only matter for archives of file trees (cli.md §2.3, §2.5). Checked, and without effect. */
@SuppressWarnings("UnusedVariable") // read when trees can be written; scripts may give them already
final class TreeOptions {
  private static final int LEAST_CHUNK_KIB = 64;
  private static final int MOST_CHUNK_KIB = 4096;

  @Option(
      names = "--include-dev",
      paramLabel = "<path>",
      description = "pxar: also descend into the file system of this path; may be repeated")
  private List<String> includeDev = new ArrayList<>();

  @Option(names = "--all-file-systems", description = "pxar: descend into all file systems")
  private boolean allFileSystems;

  @Option(
      names = "--exclude",
      paramLabel = "<pattern>",
      description = "pxar: leave out what matches; may be repeated")
  private List<String> exclude = new ArrayList<>();

  @Option(names = "--skip-lost-and-found", description = "pxar: leave out lost+found")
  private boolean skipLostAndFound;

  @Option(
      names = "--skip-e2big-xattr",
      description = "pxar: store files whose extended attributes are too big without them")
  private boolean skipE2bigXattr;

  @Option(
      names = "--entries-max",
      paramLabel = "<n>",
      description = "pxar: most entries held in memory at once",
      defaultValue = "1048576")
  private int entriesMax;

  @Option(
      names = "--chunk-size",
      paramLabel = "<KiB>",
      description =
          "pxar: average size of chunks, a power of two from 64 to 4096; images always have"
              + " 4096",
      defaultValue = "4096")
  private int chunkSize;

  void check() throws CommandFailed {
    if (allFileSystems && !includeDev.isEmpty()) {
      throw new CommandFailed("--all-file-systems includes what --include-dev names: give one");
    }
    if (chunkSize < LEAST_CHUNK_KIB
        || chunkSize > MOST_CHUNK_KIB
        || Integer.bitCount(chunkSize) != 1) {
      throw new CommandFailed(
          "--chunk-size: " + chunkSize + " is no power of two from 64 to 4096 (KiB)");
    }
    if (entriesMax < 1) throw new CommandFailed("--entries-max: " + entriesMax + " is too little");
  }
}
