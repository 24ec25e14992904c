package io.reprise.cli.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.Listing;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.remote.Remote;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.protocol.rest.Parameters;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code version}: ours, and the server's when there is a repository; a server that does not answer is no error. */
@Command
public final class Version implements Action {
  @Mixin
  private final RepositoryOptions repository = new RepositoryOptions();

  @Mixin
  private final OutputOptions output = new OutputOptions();

  private final String own;

  public Version(String own) {
    this.own = own;
  }

  @Override
  public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
    ObjectNode versions = JsonNodeFactory.instance.objectNode();
    int second = own.indexOf('.', own.indexOf('.') + 1);
    versions
        .putObject("client")
        .put("version", second < 0 ? own : own.substring(0, second))
        .put("release", second < 0 ? "" : own.substring(second + 1))
        .put("repoid", "");
    var to = repository.optional(at);
    if (to != null) {
      try (var remote = Remote.open(at, to)) {
        versions.set("server", remote.rest().get("version", Parameters.none()));
      } catch (IOException | CommandFailed e) {
        at.messages().error("no answer from " + to.server() + ": " + e.getMessage());
      }
    }
    if (output.json(at, versions)) return;
    at.out().println("client version: " + own);
    var server = versions.path("server");
    if (server.isObject()) {
      at.out()
          .println("server version: "
              + Listing.member(server, "version")
              + "."
              + Listing.member(server, "release"));
    }
  }
}
