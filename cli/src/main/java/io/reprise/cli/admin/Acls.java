package io.reprise.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.Listing;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.AuthId;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code acl list|update}. */
public final class Acls {
  private static final String PATH = "access/acl";

  private Acls() {}

  /** {@code acl list}. */
  @Command
  public static final class List extends AdminCommand {
    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    void run(Surroundings at, RestClient rest) throws CommandFailed, IOException {
      JsonNode entries = rest.get(PATH, Parameters.none());
      if (output.json(at, entries)) return;
      new Listing()
          .text("ugid")
          .text("path")
          .flag("propagate", true)
          .text("roleid")
          .sorted(Comparator.comparing((JsonNode row) -> row.path("ugid").asText())
              .thenComparing(row -> row.path("path").asText()))
          .print(at, entries);
    }
  }

  /** {@code acl update <path> <role>}: gives or takes a role. */
  @Command
  public static final class Update extends AdminCommand {
    @Mixin
    private final DigestOption digest = new DigestOption();

    @picocli.CommandLine.Parameters(index = "0", paramLabel = "<path>")
    private String path = "";

    @picocli.CommandLine.Parameters(index = "1", paramLabel = "<role>")
    private String role = "";

    @Option(names = "--auth-id", paramLabel = "<authid>", required = true)
    private String authId = "";

    @Option(
        names = "--propagate",
        arity = "1",
        paramLabel = "<bool>",
        description = "also for what lies below (default: true)")
    private @Nullable Boolean propagate;

    @Option(names = "--delete", description = "take the role away")
    private boolean delete;

    @Override
    void run(Surroundings at, RestClient rest) throws IOException {
      Parameters parameters = Parameters.of("path", path)
          .with("role", role)
          .with("auth-id", AuthId.parse(authId).toString());
      if (propagate != null) parameters.with("propagate", propagate.booleanValue());
      if (delete) parameters.with("delete", true);
      rest.put(PATH, digest.addTo(parameters));
    }
  }
}
