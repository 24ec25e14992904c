package io.reprise.cli.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.Listing;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.remote.NamespaceOption;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.SnapshotId;
import io.reprise.protocol.rest.Parameters;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code list}: the backup groups of a namespace. */
@Command
public final class GroupList implements Action {
  @Mixin
  private final RepositoryOptions repository = new RepositoryOptions();

  @Mixin
  private final NamespaceOption ns = new NamespaceOption();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    try (var remote = repository.open(at)) {
      JsonNode groups = remote
          .rest()
          .get(remote.path("groups"), Parameters.none().withNamespace(ns.namespace(at)));
      if (output.json(at, groups)) return;
      new Listing()
          .left("group", row -> Rows.group(row).toString())
          .left("last snapshot", GroupList::last)
          .number("backup-count")
          .left("files", row -> Rows.files(row.path("files")))
          .sorted(Rows.BY_GROUP)
          .print(at, groups);
    }
  }

  private static @Nullable String last(JsonNode row) {
    long time = row.path("last-backup").asLong();
    return time < 1 ? null : new SnapshotId(Rows.group(row), time).toString();
  }
}
