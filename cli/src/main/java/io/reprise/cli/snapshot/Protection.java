package io.reprise.cli.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.reprise.cli.command.Arguments;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.remote.Remote;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.SnapshotId;
import io.reprise.protocol.rest.Parameters;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Protection of a snapshot against prune and forget. */
public final class Protection {
  private Protection() {}

  /** {@code snapshot protected show <snapshot>}. */
  @Command
  public static final class Show extends SnapshotCommand {
    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    void run(Surroundings at, Remote remote, SnapshotId id, Parameters parameters)
        throws CommandFailed, IOException {
      JsonNode answer = remote.rest().get(remote.path("protected"), parameters);
      var object = JsonNodeFactory.instance.objectNode();
      object.set("protected", answer);
      if (!output.json(at, object)) at.out().println(answer.asBoolean());
    }
  }

  /** {@code snapshot protected update <snapshot> <bool>}. */
  @Command
  public static class Update extends SnapshotCommand {
    @picocli.CommandLine.Parameters(index = "1", paramLabel = "<bool>")
    private String wanted = "";

    @Override
    void run(Surroundings at, Remote remote, SnapshotId id, Parameters parameters)
        throws CommandFailed, IOException {
      set(at, remote, id, parameters, wanted);
    }
  }

  /** {@code protect <snapshot> [<bool>]}: on unless told otherwise. */
  @Command
  public static final class Short extends SnapshotCommand {
    @picocli.CommandLine.Parameters(index = "1", arity = "0..1", paramLabel = "<bool>")
    private @Nullable String wanted;

    @Override
    void run(Surroundings at, Remote remote, SnapshotId id, Parameters parameters)
        throws CommandFailed, IOException {
      set(at, remote, id, parameters, wanted == null ? "true" : wanted);
    }
  }

  private static void set(
      Surroundings at, Remote remote, SnapshotId id, Parameters parameters, String wanted)
      throws CommandFailed, IOException {
    Boolean on = Arguments.truth(wanted);
    if (on == null) throw new CommandFailed("'" + wanted + "' is neither true nor false");
    remote.rest().put(remote.path("protected"), parameters.with("protected", on.booleanValue()));
    at.messages().info(id + (on ? " is protected" : " is no longer protected"));
  }
}
