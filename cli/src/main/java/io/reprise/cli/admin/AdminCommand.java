package io.reprise.cli.admin;

import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import picocli.CommandLine.Mixin;

/** What the manager's words share: the repository tells server and login; its datastore is not looked at. */
abstract class AdminCommand implements Action {
  @Mixin
  private final RepositoryOptions repository = new RepositoryOptions();

  @Override
  public final void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    try (var remote = repository.open(at)) {
      run(at, remote.rest());
    }
  }

  abstract void run(Surroundings at, RestClient rest)
      throws CommandFailed, IOException, InterruptedException;
}
