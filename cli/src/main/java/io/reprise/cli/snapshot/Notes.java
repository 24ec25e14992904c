package io.reprise.cli.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.remote.Remote;
import io.reprise.cli.terminal.Messages;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.SnapshotId;
import io.reprise.protocol.rest.Parameters;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Notes of a snapshot. */
public final class Notes {
  private Notes() {}

  /** {@code snapshot notes show <snapshot>}. */
  @Command
  public static final class Show extends SnapshotCommand {
    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    void run(Surroundings at, Remote remote, SnapshotId id, Parameters parameters)
        throws CommandFailed, IOException {
      show(at, remote, parameters, output);
    }
  }

  /** {@code snapshot notes update <snapshot> <notes>}. */
  @Command
  public static final class Update extends SnapshotCommand {
    @picocli.CommandLine.Parameters(index = "1", paramLabel = "<notes>")
    private String notes = "";

    @Override
    void run(Surroundings at, Remote remote, SnapshotId id, Parameters parameters)
        throws IOException {
      remote.rest().put(remote.path("notes"), parameters.with("notes", notes));
    }
  }

  /** {@code notes <snapshot> [<notes>]}: shows them, or sets them when given. */
  @Command
  public static final class Short extends SnapshotCommand {
    @Mixin
    private final OutputOptions output = new OutputOptions();

    @picocli.CommandLine.Parameters(index = "1", arity = "0..1", paramLabel = "<notes>")
    private @Nullable String notes;

    @Override
    void run(Surroundings at, Remote remote, SnapshotId id, Parameters parameters)
        throws CommandFailed, IOException {
      if (notes == null) show(at, remote, parameters, output);
      else remote.rest().put(remote.path("notes"), parameters.with("notes", notes));
    }
  }

  private static void show(
      Surroundings at, Remote remote, Parameters parameters, OutputOptions output)
      throws CommandFailed, IOException {
    JsonNode notes = remote.rest().get(remote.path("notes"), parameters);
    var object = JsonNodeFactory.instance.objectNode();
    object.set("notes", notes);
    if (output.json(at, object)) return;
    String text = notes.asText();
    if (!text.isEmpty()) at.out().println(Messages.printable(text));
  }
}
