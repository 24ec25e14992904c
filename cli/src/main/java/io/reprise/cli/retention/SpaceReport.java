package io.reprise.cli.retention;

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
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code space}: what guests take on disk, the largest share first. */
@Command
public final class SpaceReport implements Action {
  @Mixin
  private final RepositoryOptions repository = new RepositoryOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Option(
      names = "--by",
      paramLabel = "<guest|namespace|category>",
      description = "what the sums are of (default: guest)")
  private String by = "guest";

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    try (var remote = repository.open(at)) {
      JsonNode rows = remote.rest().get(remote.path("space"), Parameters.of("by", by));
      if (output.json(at, rows)) return;
      var listing = new Listing();
      switch (by) {
        case "namespace" -> listing.left("namespace", row -> named(row, "ns", "(root)"));
        case "category" -> listing.left("category", row -> named(row, "category", "(none)"));
        default -> listing.left("guest", GuestRows::guest).text("name");
      }
      if (!by.equals("guest")) listing.number("guests");
      listing
          .right("logical", row -> size(row, "logical"))
          .right("exclusive", row -> size(row, "exclusive"))
          .right("share", row -> size(row, "share"))
          .sorted(Comparator.comparingLong((JsonNode row) -> row.path("share").asLong())
              .reversed())
          .print(at, rows);
    }
  }

  private static String named(JsonNode row, String member, String otherwise) {
    String name = row.path(member).asText();
    return name.isEmpty() ? otherwise : name;
  }

  private static String size(JsonNode row, String name) {
    return Show.size(row.path(name).asLong(), 1);
  }
}
