package io.reprise.cli.task;

import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.terminal.Surroundings;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code task stop <upid>}: asks the server to stop it and does not wait. */
@Command
public final class TaskStop implements Action {
  @Mixin
  private final RepositoryOptions repository = new RepositoryOptions();

  @Parameters(index = "0", paramLabel = "<upid>")
  private String upid = "";

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    try (var remote = repository.open(at)) {
      remote.rest().delete(TaskFollower.path(upid), io.reprise.protocol.rest.Parameters.none());
    }
  }
}
