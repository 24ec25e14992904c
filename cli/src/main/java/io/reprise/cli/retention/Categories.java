package io.reprise.cli.retention;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.Action;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.Listing;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.output.Show;
import io.reprise.cli.remote.RepositoryOptions;
import io.reprise.cli.task.TaskFollower;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code category guests|use|preview|approve}; the other words are those of every configuration object. */
public final class Categories {
  private Categories() {}

  private static String path(String job, String call) {
    return RestClient.path("admin", "prune", job, call);
  }

  /** {@code category guests}: which guest of the repository is in which category, and why. */
  @Command
  public static final class Guests implements Action {
    @Mixin
    private final RepositoryOptions repository = new RepositoryOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
      try (var remote = repository.open(at)) {
        JsonNode guests = remote.rest().get(remote.path("categories"), Parameters.none());
        if (output.json(at, guests)) return;
        new Listing()
            .left("guest", GuestRows::guest)
            .text("name")
            .text("category")
            .text("why")
            .print(at, guests);
      }
    }
  }

  /** {@code category use <job> <bool>}. */
  @Command
  public static final class Use implements Action {
    @Mixin
    private final RepositoryOptions repository = new RepositoryOptions();

    @picocli.CommandLine.Parameters(index = "0", paramLabel = "<job>")
    private String job = "";

    @picocli.CommandLine.Parameters(index = "1", paramLabel = "<bool>")
    private boolean use;

    @Override
    public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
      try (var remote = repository.open(at)) {
        remote.rest().put(path(job, "categories"), Parameters.none().with("use", use));
      }
    }
  }

  /** {@code category preview <job>}: what the next run would remove, and what it would have before the last change. */
  @Command
  public static final class Preview implements Action {
    @Mixin
    private final RepositoryOptions repository = new RepositoryOptions();

    @Mixin
    private final OutputOptions output = new OutputOptions();

    @picocli.CommandLine.Parameters(index = "0", paramLabel = "<job>")
    private String job = "";

    @Override
    public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
      try (var remote = repository.open(at)) {
        RestClient rest = remote.rest();
        JsonNode upid = rest.post(path(job, "preview"), Parameters.none());
        new TaskFollower(at, rest, upid.asText()).await();
        JsonNode preview = rest.get(path(job, "preview"), Parameters.none());
        if (!output.json(at, preview)) print(at, preview);
      }
    }

    private void print(Surroundings at, JsonNode preview) throws IOException {
      new Listing()
          .left("guest", GuestRows::guest)
          .text("name")
          .text("category")
          .text("why")
          .number("snapshots")
          .right("removed before", row -> row.path("remove-before").asText())
          .right("removed now", row -> row.path("remove").asText())
          .right("freed by it", row -> Show.size(row.path("bytes").asLong(), 1))
          .print(at, preview.path("groups"));
      at.out()
          .println("The next run of " + job + " would remove "
              + preview.path("remove").asText()
              + " snapshots and free " + Show.size(preview.path("bytes").asLong(), 1) + "; before: "
              + preview.path("remove-before").asText() + " snapshots, "
              + Show.size(preview.path("bytes-before").asLong(), 1) + ".");
      if (preview.has("digest") && !preview.path("approved").asBoolean()) {
        at.out()
            .println("It does not run until you agree:  reprise category approve " + job + " "
                + preview.path("digest").asText());
      }
    }
  }

  /** {@code category approve <job> <digest>}: what a preview has shown may run from now on. */
  @Command
  public static final class Approve implements Action {
    @Mixin
    private final RepositoryOptions repository = new RepositoryOptions();

    @picocli.CommandLine.Parameters(index = "0", paramLabel = "<job>")
    private String job = "";

    @picocli.CommandLine.Parameters(index = "1", paramLabel = "<digest>")
    private String digest = "";

    @Override
    public void run(Surroundings at) throws CommandFailed, IOException, InterruptedException {
      try (var remote = repository.open(at)) {
        remote.rest().post(path(job, "approve"), Parameters.of("digest", digest));
      }
    }
  }
}
