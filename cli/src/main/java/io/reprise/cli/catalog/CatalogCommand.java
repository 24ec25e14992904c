package io.reprise.cli.catalog;

import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.remote.KeyOptions;
import io.reprise.cli.remote.NamespaceOption;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.restore.OpenSnapshot;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.Namespace;
import java.io.IOException;
import picocli.CommandLine.Mixin;

/** What the catalog commands share: a snapshot of a repository, opened for reading with its key. */
abstract class CatalogCommand implements Action {
  @Mixin
  private final RepositoryOptions repository = new RepositoryOptions();

  @Mixin
  private final NamespaceOption ns = new NamespaceOption();

  @Mixin
  private final KeyOptions keys = new KeyOptions();

  /** What is done with the snapshot while it is open. */
  interface Use {
    void use(OpenSnapshot source) throws CommandFailed, IOException, InterruptedException;
  }

  final void open(Surroundings at, String snapshot, Use use)
      throws CommandFailed, IOException, InterruptedException {
    KeyOptions.Choice choice = keys.choose(at);
    Namespace namespace = ns.namespace(at);
    try (var remote = repository.open(at);
        var source = OpenSnapshot.open(
            at, remote, namespace, remote.snapshot(namespace, snapshot), choice)) {
      source.verify();
      use.use(source);
    }
  }
}
