package io.reprise.cli.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.command.UsageError;
import io.reprise.cli.output.Listing;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.output.Show;
import io.reprise.cli.remote.NamespaceOption;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.task.TaskFollower;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.GroupId;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code prune <group>}: removes the snapshots that no keep option holds. */
@Command
public final class Prune implements Action {
  @Mixin
  private final RepositoryOptions repository = new RepositoryOptions();

  @Mixin
  private final NamespaceOption ns = new NamespaceOption();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Mixin
  private final KeepOptions keep = new KeepOptions();

  @picocli.CommandLine.Parameters(index = "0", arity = "0..1", paramLabel = "<group>")
  private @Nullable String group;

  @Option(
      names = "--job",
      paramLabel = "<job>",
      description = "instead of a group: run this prune job, or show what it would do")
  private @Nullable String job;

  @Option(names = "--explain", description = "say which option keeps it; only Reprise knows")
  private boolean explain;

  @Option(names = "--dry-run", description = "only say what would be removed")
  private boolean dryRun;

  @Option(names = "--max-depth", paramLabel = "<n>", description = "levels of namespaces below")
  private @Nullable Long maxDepth;

  @Option(names = "--quiet", description = "show only what is removed")
  private boolean quiet;

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    if ((job == null) == (group == null)) throw new UsageError("name a group, or a job with --job");
    if (job != null) {
      runJob(at, job);
      return;
    }
    Parameters parameters = Parameters.none()
        .withNamespace(ns.namespace(at))
        .with(GroupId.parse(String.valueOf(group)));
    keep.addTo(parameters);
    if (maxDepth != null) parameters.with("max-depth", maxDepth.longValue());
    if (dryRun) parameters.with("dry-run", true);
    if (explain) parameters.with("explain", true);
    try (var remote = repository.open(at)) {
      JsonNode marks = remote.rest().post(remote.path("prune"), parameters);
      if (output.json(at, marks)) return;
      var shown = StreamSupport.stream(marks.spliterator(), false)
          .filter(row -> !quiet || !row.path("keep").asBoolean())
          .toList();
      var listing = new Listing()
          .left("snapshot", row -> Rows.snapshot(row).toString())
          .right("date", row -> Show.time(row.path("backup-time").asLong(), at.zone()))
          .right("action", row -> row.path("keep").asBoolean() ? "keep" : "remove");
      if (explain) listing.text("reason");
      listing.sorted(Rows.BY_SNAPSHOT).print(at, shown);
    }
  }

  private void runJob(Surroundings at, String id)
      throws CommandFailed, IOException, InterruptedException {
    try (var remote = repository.open(at)) {
      JsonNode upid = remote
          .rest()
          .post(
              RestClient.path("admin", "prune", id, dryRun ? "preview" : "run"), Parameters.none());
      if (output.json(at, upid)) return;
      new TaskFollower(at, remote.rest(), upid.asText()).followAndStopOnInterrupt();
    }
  }
}
