package io.reprise.cli.task;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.Listing;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.output.Show;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.protocol.rest.Parameters;
import java.io.IOException;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code task list}: those of the repository's user and datastore. */
@Command
public final class TaskList implements Action {
  private static final int MAX = 1_000;

  @Mixin
  private final RepositoryOptions repository = new RepositoryOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Option(names = "--limit", paramLabel = "<n>", description = "1 to 1000 (default: 50)")
  private int limit = 50;

  @Option(names = "--all", description = "finished tasks too")
  private boolean all;

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    if (limit < 1 || limit > MAX) throw new CommandFailed("--limit must be 1 to " + MAX);
    try (var remote = repository.open(at)) {
      Parameters parameters = Parameters.none()
          .with("running", !all)
          .with("start", 0L)
          .with("limit", (long) limit)
          .with("userfilter", remote.repository().login().toString())
          .with("store", remote.repository().store());
      JsonNode tasks = remote.rest().get(TaskFollower.path(), parameters);
      if (output.json(at, tasks)) return;
      new Listing()
          .left("starttime", row -> time(row, "starttime", at))
          .left("endtime", row -> time(row, "endtime", at))
          .text("upid")
          .left("status", TaskList::status)
          .sorted(Comparator.comparingLong(row -> row.path("starttime").asLong()))
          .print(at, tasks);
    }
  }

  private static @Nullable String time(JsonNode row, String name, Surroundings at) {
    return row.path(name).isNumber() ? Show.time(row.path(name).asLong(), at.zone()) : null;
  }

  private static String status(JsonNode row) {
    String status = Listing.member(row, "status");
    if (status == null) return "running";
    return status.isEmpty() ? "unknown" : status;
  }
}
