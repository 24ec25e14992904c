package io.reprise.cli.catalog;

import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.restore.PathPattern;
import io.reprise.cli.terminal.Surroundings;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code catalog find <snapshot> <pattern>}: what matches in the snapshot's archives, in the lines of {@code catalog dump}. The
 * pattern sees paths from each archive's root.
 */
@Command
public final class CatalogFind extends CatalogCommand {
  @Parameters(index = "0", paramLabel = "<group or snapshot>")
  private String snapshot = "";

  @Parameters(
      index = "1",
      paramLabel = "<pattern>",
      description = "e.g. '*.conf', '/etc/**', 'log/'; quote it from the shell")
  private String pattern = "";

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    var wanted = PathPattern.parse(pattern);
    open(at, snapshot, source -> {
      var catalog = source.catalog();
      catalog.walk(catalog.root(), (path, entry) -> {
        var inArchive = path.subList(1, path.size());
        if (!inArchive.isEmpty() && wanted.matches(inArchive, entry.isDirectory())) {
          at.out().println(CatalogLine.of(path, entry));
        }
      });
    });
  }
}
