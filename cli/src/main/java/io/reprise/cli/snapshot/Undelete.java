package io.reprise.cli.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.Listing;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.output.Show;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.task.TaskFollower;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.BackupType;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.SnapshotId;
import io.reprise.protocol.rest.Parameters;
import java.io.IOException;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code undelete [<id>]}: brings a removed snapshot back; without an id, lists those that can be. */
@Command
public final class Undelete implements Action {
  @Mixin
  private final RepositoryOptions repository = new RepositoryOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @picocli.CommandLine.Parameters(index = "0", arity = "0..1", paramLabel = "<id>")
  private @Nullable String id;

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    try (var remote = repository.open(at)) {
      if (id == null) {
        list(at, remote.rest().get(remote.path("removed"), Parameters.none()));
        return;
      }
      JsonNode upid = remote.rest().post(remote.path("undelete"), Parameters.of("id", id));
      if (output.json(at, upid)) return;
      new TaskFollower(at, remote.rest(), upid.asText()).followAndStopOnInterrupt();
    }
  }

  private void list(Surroundings at, JsonNode removed) throws CommandFailed, IOException {
    if (output.json(at, removed)) return;
    new Listing()
        .text("id")
        .left("snapshot", Undelete::snapshot)
        .left("removed", row -> Show.time(row.path("removed").asLong(), at.zone()))
        .text("by")
        .left("until", row -> Show.time(row.path("until").asLong(), at.zone()))
        .sorted(Comparator.comparingLong(row -> row.path("removed").asLong()))
        .print(at, removed);
  }

  private static String snapshot(JsonNode row) {
    var group = new GroupId(
        BackupType.parse(row.path("backup-type").asText()),
        row.path("backup-id").asText());
    String namespace = row.path("ns").asText();
    var snapshot = new SnapshotId(group, row.path("backup-time").asLong());
    return namespace.isEmpty() ? snapshot.toString() : namespace + ":" + snapshot;
  }
}
