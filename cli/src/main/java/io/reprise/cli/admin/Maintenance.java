package io.reprise.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.Listing;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.output.Show;
import io.reprise.cli.task.TaskFollower;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The manager's words for the upkeep of a datastore (cli.md §4.1). */
public final class Maintenance {
  private Maintenance() {}

  private static String path(String store, String call) {
    return RestClient.path("admin", "datastore", store, call);
  }

  private static void follow(Surroundings at, RestClient rest, JsonNode upid)
      throws CommandFailed, IOException, InterruptedException {
    new TaskFollower(at, rest, upid.asText()).followAndStopOnInterrupt();
  }

  /** {@code garbage-collection start <store>}. */
  @Command
  public static final class Start extends AdminCommand {
    @picocli.CommandLine.Parameters(index = "0", paramLabel = "<store>")
    private String store = "";

    @Override
    void run(Surroundings at, RestClient rest)
        throws CommandFailed, IOException, InterruptedException {
      follow(at, rest, rest.post(path(store, "gc"), Parameters.none()));
    }
  }

  /** {@code garbage-collection status <store>}: all counters as they are. */
  @Command
  public static final class Status extends AdminCommand {
    @Mixin
    private final OutputOptions output = new OutputOptions();

    @picocli.CommandLine.Parameters(index = "0", paramLabel = "<store>")
    private String store = "";

    @Override
    void run(Surroundings at, RestClient rest) throws CommandFailed, IOException {
      JsonNode status = rest.get(path(store, "gc"), Parameters.none());
      if (!output.json(at, status)) Listing.printObject(at, status);
    }
  }

  /** {@code garbage-collection list}. */
  @Command
  public static final class List extends AdminCommand {
    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    void run(Surroundings at, RestClient rest) throws CommandFailed, IOException {
      JsonNode all = rest.get("admin/gc", Parameters.none());
      if (output.json(at, all)) return;
      new Listing()
          .text("store")
          .left("last-run-endtime", row -> time(row, "last-run-endtime", at))
          .left(
              "duration",
              row -> row.has("duration") ? Show.duration(row.path("duration").asLong()) : null)
          .left("removed-bytes", row -> size(row, "removed-bytes"))
          .left("pending-bytes", row -> size(row, "pending-bytes"))
          .text("last-run-state")
          .text("schedule")
          .left("next-run", row -> time(row, "next-run", at))
          .sortedBy("store")
          .print(at, all);
    }
  }

  private static @Nullable String time(JsonNode row, String name, Surroundings at) {
    return row.path(name).isNumber() ? Show.time(row.path(name).asLong(), at.zone()) : null;
  }

  private static @Nullable String size(JsonNode row, String name) {
    return row.path(name).isNumber() ? Show.size(row.path(name).asLong()) : null;
  }
}
