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
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jobs}: when what runs next and how it ended last, what waits or runs, and which replica does what; {@code --break} takes a lease from one that hangs. */
@Command
public final class JobList implements Action {
  @Mixin
  private final RepositoryOptions repository = new RepositoryOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Option(
      names = "--break",
      paramLabel = "<lease>",
      description = "take this lease from its owner; for one that no longer answers")
  private @Nullable String broken;

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    try (var remote = repository.open(at)) {
      if (broken != null) {
        remote.rest().post(RestClient.path("admin", "jobs", broken, "break"), Parameters.none());
        at.messages().info("broke lease " + broken + "; its owner stops when it notices");
        return;
      }
      JsonNode jobs = remote.rest().get("admin/jobs", Parameters.none());
      if (output.json(at, jobs)) return;
      schedules(at, jobs.path("schedules"));
      requests(at, jobs.path("requests"));
      leases(at, jobs.path("leases"));
    }
  }

  private static void schedules(Surroundings at, JsonNode schedules) throws IOException {
    new Listing()
        .text("type")
        .text("name")
        .text("store")
        .text("schedule")
        .left("next run", row -> time(row, "next-run", at))
        .left("last end", row -> time(row, "last-run-endtime", at))
        .text("last-run-state")
        .print(at, schedules);
  }

  private static @Nullable String time(JsonNode row, String member, Surroundings at) {
    return row.has(member) ? Show.time(row.path(member).asLong(), at.zone()) : null;
  }

  private static void requests(Surroundings at, JsonNode requests) throws IOException {
    new Listing()
        .text("type")
        .text("name")
        .left("asked", row -> Show.time(row.path("time").asLong(), at.zone()))
        .left(
            "by",
            row -> row.hasNonNull("schedule") ? "schedule" : row.path("by").asText())
        .left("state", row -> row.path("attempts").asInt() == 0 ? "waits" : "runs")
        .text("upid")
        .sorted(Comparator.comparingLong(row -> row.path("time").asLong()))
        .print(at, requests);
  }

  private static void leases(Surroundings at, JsonNode leases) throws IOException {
    new Listing()
        .text("lease")
        .text("owner")
        .left("since", row -> Show.time(row.path("since").asLong(), at.zone()))
        .sorted(Comparator.comparing(row -> row.path("lease").asText()))
        .print(at, leases);
  }
}
