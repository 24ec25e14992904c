package io.reprise.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.Listing;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.output.Show;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code traffic-control traffic}: rules with their current rates, bytes a second (cli.md §4.1). */
@Command
public final class TrafficRates extends AdminCommand {
  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Override
  void run(Surroundings at, RestClient rest) throws CommandFailed, IOException {
    JsonNode rules = rest.get("admin/traffic-control", Parameters.none());
    if (output.json(at, rules)) return;
    new Listing()
        .text("name")
        .right("cur-rate-in", rule -> Show.size(rule.path("cur-rate-in").asLong()))
        .right("cur-rate-out", rule -> Show.size(rule.path("cur-rate-out").asLong()))
        .sortedBy("name")
        .print(at, rules);
  }
}
