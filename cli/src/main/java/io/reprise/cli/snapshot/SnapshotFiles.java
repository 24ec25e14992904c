package io.reprise.cli.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.Listing;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.remote.Remote;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.SnapshotId;
import io.reprise.protocol.rest.Parameters;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code snapshot files <snapshot>}. */
@Command
public final class SnapshotFiles extends SnapshotCommand {
  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Override
  void run(Surroundings at, Remote remote, SnapshotId id, Parameters parameters)
      throws CommandFailed, IOException {
    JsonNode files = remote.rest().get(remote.path("files"), parameters);
    if (output.json(at, files)) return;
    new Listing()
        .text("filename")
        .text("crypt-mode")
        .number("size")
        .sortedBy("filename")
        .print(at, files);
  }
}
