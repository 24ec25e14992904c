package io.reprise.cli.task;

import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.terminal.Surroundings;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code task log <upid>}: follows to the end; Ctrl-C leaves. */
@Command
public final class TaskLog implements Action {
  @Mixin
  private final RepositoryOptions repository = new RepositoryOptions();

  @Parameters(index = "0", paramLabel = "<upid>")
  private String upid = "";

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    try (var remote = repository.open(at)) {
      new TaskFollower(at, remote.rest(), upid).follow();
    }
  }
}
