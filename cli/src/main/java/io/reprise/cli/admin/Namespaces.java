package io.reprise.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.Listing;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.terminal.Messages;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.Namespace;
import io.reprise.protocol.rest.Parameters;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Namespaces of the datastore. */
public final class Namespaces {
  private Namespaces() {}

  /** {@code namespace list [<ns>]}: those below, one per line. */
  @Command
  public static final class List implements Action {
    @Mixin
    private final RepositoryOptions repository = new RepositoryOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @picocli.CommandLine.Parameters(index = "0", arity = "0..1", paramLabel = "<ns>")
    private @Nullable String ns;

    @Option(names = "--max-depth", paramLabel = "<n>", description = "0 to 7")
    private @Nullable Integer maxDepth;

    @Override
    public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
      String text = ns != null ? ns : at.variable("PBS_NAMESPACE");
      Namespace parent = Namespace.parse(text == null ? "" : text);
      Parameters parameters = Parameters.of("parent", parent.isRoot() ? null : parent.toString());
      if (maxDepth != null) parameters.with("max-depth", maxDepth.longValue());
      try (var remote = repository.open(at)) {
        // The whole answer is what PBS's client prints as JSON, and what scripts expect.
        JsonNode answer = remote.rest().call("GET", remote.path("namespace"), parameters);
        if (output.json(at, answer)) return;
        for (JsonNode row : answer.path("data")) {
          String name = row.path("ns").asText();
          String comment = Listing.member(row, "comment");
          if (name.isEmpty()) continue;
          at.out()
              .println(Messages.printable(name + (comment == null ? "" : " (" + comment + ")")));
        }
      }
    }
  }

  /** {@code namespace create <ns>}. */
  @Command
  public static final class Create implements Action {
    @Mixin
    private final RepositoryOptions repository = new RepositoryOptions();

    @picocli.CommandLine.Parameters(index = "0", arity = "0..1", paramLabel = "<ns>")
    private @Nullable String ns;

    @Override
    public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
      Namespace wanted = required(ns);
      Namespace parent = wanted.parent();
      Parameters parameters = Parameters.of("name", wanted.components().getLast());
      if (parent != null && !parent.isRoot()) parameters.with("parent", parent.toString());
      try (var remote = repository.open(at)) {
        remote.rest().post(remote.path("namespace"), parameters);
      }
    }
  }

  /** {@code namespace delete <ns>}. */
  @Command
  public static final class Delete implements Action {
    @Mixin
    private final RepositoryOptions repository = new RepositoryOptions();

    @picocli.CommandLine.Parameters(index = "0", arity = "0..1", paramLabel = "<ns>")
    private @Nullable String ns;

    @Option(names = "--delete-groups", description = "with all groups in it")
    private boolean deleteGroups;

    @Override
    public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
      Parameters parameters = Parameters.none().withNamespace(required(ns));
      if (deleteGroups) parameters.with("delete-groups", true);
      try (var remote = repository.open(at)) {
        remote.rest().delete(remote.path("namespace"), parameters);
      }
    }
  }

  private static Namespace required(@Nullable String ns) throws CommandFailed {
    Namespace wanted = Namespace.parse(ns == null ? "" : ns);
    if (wanted.isRoot()) throw new CommandFailed("a namespace is needed; the root always exists");
    return wanted;
  }
}
