package io.reprise.cli.catalog;

import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.restore.OpenSnapshot;
import io.reprise.cli.restore.Restore;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.FileName;
import io.reprise.datastore.catalog.CatalogEntry;
import io.reprise.datastore.manifest.ArchiveName;
import io.reprise.datastore.manifest.FileEntry;
import io.reprise.datastore.pxar.PxarArchive;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code catalog shell <group or snapshot> <name.pxar>} (cli.md §2.6). */
@Command
public final class CatalogShell extends CatalogCommand {
  private final String version;

  @Parameters(
      index = "0",
      paramLabel = "<group or snapshot>",
      description = "a group means its newest snapshot")
  private String snapshot = "";

  @Parameters(index = "1", paramLabel = "<name.pxar>")
  private String archive = "";

  public CatalogShell(String version) {
    this.version = version;
  }

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    ArchiveName name = Restore.archiveName(archive);
    if (!name.text().endsWith(".pxar.didx")) {
      throw new CommandFailed(archive + " is no pxar archive: the shell walks trees of files");
    }
    open(at, snapshot, source -> run(at, source, name));
  }

  private void run(Surroundings at, OpenSnapshot source, ArchiveName name)
      throws CommandFailed, IOException {
    FileEntry entry = source.entry(name);
    var catalog = source.catalog();
    CatalogEntry top = catalog
        .find(List.of(FileName.of(name.text())))
        .orElseThrow(() -> new CommandFailed("the catalog of " + source.id() + " has no " + name
            + ": use 'restore --pattern', which does without"));
    var tree = new ArchiveTree(catalog, top, new PxarArchive(source.source(entry)));
    var shell = new Shell(at, source, entry, tree);
    boolean typed = at.terminal().stdinIsTerminal() && at.terminal().stdoutIsTerminal();
    try (var input = typed
        ? LineEditor.ofProcess(new ShellCompletion(at, shell, tree))
        : ShellInput.of(at.in())) {
      shell.run(input, version);
    }
  }
}
