package io.reprise.cli.snapshot;

import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.remote.NamespaceOption;
import io.reprise.cli.remote.Remote;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.SnapshotId;
import io.reprise.protocol.rest.Parameters;
import java.io.IOException;
import picocli.CommandLine.Mixin;

/** What all commands on one snapshot share: its path as first argument, repository and namespace. */
abstract class SnapshotCommand implements Action {
  @Mixin
  private final RepositoryOptions repository = new RepositoryOptions();

  @Mixin
  private final NamespaceOption ns = new NamespaceOption();

  @picocli.CommandLine.Parameters(
      index = "0",
      paramLabel = "<snapshot>",
      description = "type/id/time, e.g. vm/100/2024-06-05T14:24:36Z")
  private String snapshot = "";

  @Override
  public final void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    SnapshotId id = SnapshotId.parse(snapshot);
    check(at);
    try (var remote = repository.open(at)) {
      run(at, remote, id, Parameters.none().withNamespace(ns.namespace(at)).with(id));
    }
  }

  /** Looks at what needs no server, before there is a connection. */
  void check(Surroundings at) throws CommandFailed, IOException, InterruptedException {}

  /** @param parameters those that name the snapshot; more may be added */
  abstract void run(Surroundings at, Remote remote, SnapshotId id, Parameters parameters)
      throws CommandFailed, IOException, InterruptedException;
}
