package io.reprise.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.output.Table;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.protocol.rest.Parameters;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code status}: space of the datastore. */
@Command
public final class Status implements Action {
  @Mixin
  private final RepositoryOptions repository = new RepositoryOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    try (var remote = repository.open(at)) {
      JsonNode status = remote.rest().get(remote.path("status"), Parameters.none());
      if (output.json(at, status)) return;
      long total = status.path("total").asLong();
      var table = new Table().left("Name").right("Value").withoutHeader();
      for (String name : List.of("total", "used", "avail")) {
        table.row(name, share(status.path(name).asLong(), total));
      }
      table.print(at);
    }
  }

  /** Bytes, then the part of the total, right in 8. */
  static String share(long bytes, long total) {
    long percent = total == 0 ? 0 : Math.round(bytes * 100.0 / total);
    return String.format(Locale.ROOT, "%d %8s", bytes, "(" + percent + " %)");
  }
}
