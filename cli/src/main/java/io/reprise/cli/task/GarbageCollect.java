package io.reprise.cli.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.protocol.rest.Parameters;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code garbage-collect}: starts it and shows its log; with JSON only its UPID, at once. */
@Command
public final class GarbageCollect implements Action {
  @Mixin
  private final RepositoryOptions repository = new RepositoryOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    try (var remote = repository.open(at)) {
      JsonNode upid = remote.rest().post(remote.path("gc"), Parameters.none());
      if (output.json(at, upid)) return;
      new TaskFollower(at, remote.rest(), upid.asText()).followAndStopOnInterrupt();
    }
  }
}
