package io.reprise.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.JsonText;
import io.reprise.cli.output.Listing;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.AuthId;
import io.reprise.datastore.SafeId;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** API tokens: {@code user list-tokens|generate-token|delete-token}, shorter {@code token list|create|remove}. */
public final class Tokens {
  private static final int MAX_NAME = 64;

  private Tokens() {}

  private static String path(String user, String... name) {
    for (String part : name) SafeId.check("token name", part, 1, MAX_NAME);
    String tokens = Users.path(AuthId.parse(user).toString(), "token");
    return RestClient.below(tokens, name);
  }

  /** {@code user list-tokens <userid>}. */
  @Command
  public static final class List extends AdminCommand {
    @Mixin
    private final OutputOptions output = new OutputOptions();

    @picocli.CommandLine.Parameters(index = "0", paramLabel = "<userid>")
    private String user = "";

    @Override
    void run(Surroundings at, RestClient rest) throws CommandFailed, IOException {
      JsonNode tokens = rest.get(path(user), Parameters.none());
      if (output.json(at, tokens)) return;
      new Listing()
          .text("tokenid")
          .flag("enable", true)
          .right("expire", row -> Users.expiry(row, at))
          .text("comment")
          .sortedBy("tokenid")
          .print(at, tokens);
    }
  }

  /** {@code user generate-token <userid> <name>}: its secret is shown this once. */
  @Command
  public static final class Generate extends AdminCommand {
    @Mixin
    private final DigestOption digest = new DigestOption();

    @Mixin
    private final AccountOptions account = new AccountOptions();

    @picocli.CommandLine.Parameters(index = "0", paramLabel = "<userid>")
    private String user = "";

    @picocli.CommandLine.Parameters(index = "1", paramLabel = "<name>")
    private String name = "";

    @Override
    void run(Surroundings at, RestClient rest) throws IOException {
      Parameters parameters = digest.addTo(account.addTo(Parameters.none()));
      JsonNode made = rest.post(path(user, name), parameters);
      at.out().println("Result: " + JsonText.pretty(made));
    }
  }

  /** {@code user delete-token <userid> <name>}. */
  @Command
  public static final class Delete extends AdminCommand {
    @Mixin
    private final DigestOption digest = new DigestOption();

    @picocli.CommandLine.Parameters(index = "0", paramLabel = "<userid>")
    private String user = "";

    @picocli.CommandLine.Parameters(index = "1", paramLabel = "<name>")
    private String name = "";

    @Override
    void run(Surroundings at, RestClient rest) throws IOException {
      rest.delete(path(user, name), digest.addTo(Parameters.none()));
    }
  }
}
