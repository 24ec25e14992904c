package io.reprise.cli.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.Listing;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.output.Show;
import io.reprise.cli.remote.NamespaceOption;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.GroupId;
import io.reprise.protocol.rest.Parameters;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code snapshot list [<group>]}. */
@Command
public final class SnapshotList implements Action {
  @Mixin
  private final RepositoryOptions repository = new RepositoryOptions();

  @Mixin
  private final NamespaceOption ns = new NamespaceOption();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @picocli.CommandLine.Parameters(index = "0", arity = "0..1", paramLabel = "<group>")
  private @Nullable String group;

  @Option(names = "--verbose", description = "also owner, protection, verification and comment")
  private boolean verbose;

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    Parameters parameters = Parameters.none().withNamespace(ns.namespace(at));
    if (group != null) parameters.with(GroupId.parse(group));
    try (var remote = repository.open(at)) {
      JsonNode snapshots = remote.rest().get(remote.path("snapshots"), parameters);
      if (output.json(at, snapshots)) return;
      var listing = new Listing()
          .left("snapshot", row -> Rows.snapshot(row).toString())
          .right("size", row -> row.has("size") ? Show.size(row.path("size").asLong()) : null)
          .left("files", row -> Rows.files(row.path("files")));
      if (verbose) {
        listing
            .text("owner")
            .flag("protected", false)
            .left("verified", row -> Listing.member(row.path("verification"), "state"))
            .text("comment");
      }
      listing.sorted(Rows.BY_SNAPSHOT).print(at, snapshots);
    }
  }
}
