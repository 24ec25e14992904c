package io.reprise.cli.catalog;

import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.terminal.Surroundings;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code catalog dump <snapshot>}: everything in the catalog, a line each, on standard output. */
@Command
public final class CatalogDump extends CatalogCommand {
  @Parameters(index = "0", paramLabel = "<snapshot>")
  private String snapshot = "";

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    open(at, snapshot, source -> {
      var catalog = source.catalog();
      catalog.walk(catalog.root(), (path, entry) -> at.out().println(CatalogLine.of(path, entry)));
    });
  }
}
