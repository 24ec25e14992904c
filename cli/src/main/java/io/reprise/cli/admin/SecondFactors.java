package io.reprise.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.Listing;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.output.Show;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.AuthId;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code user tfa list|delete|unlock} (cli.md §4.1). */
public final class SecondFactors {
  private SecondFactors() {}

  private static String path(String user, String... id) {
    String factors = RestClient.path("access", "tfa", AuthId.parse(user).toString());
    return RestClient.below(factors, id);
  }

  /** {@code user tfa list <userid>}. */
  @Command
  public static final class List extends AdminCommand {
    @Mixin
    private final OutputOptions output = new OutputOptions();

    @picocli.CommandLine.Parameters(index = "0", paramLabel = "<userid>")
    private String user = "";

    @Override
    void run(Surroundings at, RestClient rest) throws CommandFailed, IOException {
      JsonNode factors = rest.get(path(user), Parameters.none());
      if (output.json(at, factors)) return;
      new Listing()
          .text("id")
          .text("type")
          .text("description")
          .left("created", row -> Show.time(row.path("created").asLong(), at.zone()))
          .sortedBy("id")
          .print(at, factors);
    }
  }

  /** {@code user tfa delete <userid> <id>}: asks for the caller's own password on a terminal. */
  @Command
  public static final class Delete extends AdminCommand {
    @picocli.CommandLine.Parameters(index = "0", paramLabel = "<userid>")
    private String user = "";

    @picocli.CommandLine.Parameters(index = "1", paramLabel = "<id>")
    private String id = "";

    @Override
    void run(Surroundings at, RestClient rest) throws CommandFailed, IOException {
      String own = at.variable("PBS_PASSWORD");
      if (own == null && at.terminal().stdinIsTerminal()) {
        own = at.terminal().readSecret("Your own password: ");
      }
      rest.delete(path(user, id), Parameters.of("password", own));
    }
  }

  /** {@code user tfa unlock <userid>}. */
  @Command
  public static final class Unlock extends AdminCommand {
    @picocli.CommandLine.Parameters(index = "0", paramLabel = "<userid>")
    private String user = "";

    @Override
    void run(Surroundings at, RestClient rest) throws IOException {
      String id = AuthId.parse(user).toString();
      JsonNode locked = rest.put(Users.path(id, "unlock-tfa"), Parameters.none());
      at.messages()
          .info(id + (locked.asBoolean() ? " was locked and no longer is" : " was not locked"));
    }
  }
}
