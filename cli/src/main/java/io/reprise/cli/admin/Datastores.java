package io.reprise.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.Listing;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.snapshot.KeepOptions;
import io.reprise.cli.task.TaskFollower;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code datastore list|show|create|update|remove} (cli.md §4.1, properties: datastore.md §12.2). */
public final class Datastores {
  private Datastores() {}

  private static String path(String... name) {
    return name.length == 0
        ? RestClient.path("config", "datastore")
        : RestClient.path("config", "datastore", name[0]);
  }

  static final class Properties {
    @Option(names = "--comment", paramLabel = "<text>")
    private @Nullable String comment;

    @Option(names = "--gc-schedule", paramLabel = "<calendar event>")
    private @Nullable String gcSchedule;

    @Option(names = "--verify-new", arity = "1", paramLabel = "<bool>")
    private @Nullable Boolean verifyNew;

    @Option(names = "--notify", paramLabel = "<gc=…,verify=…>")
    private @Nullable String notify;

    @Option(names = "--notify-user", paramLabel = "<userid>")
    private @Nullable String notifyUser;

    @Option(names = "--notification-mode", paramLabel = "<mode>")
    private @Nullable String notificationMode;

    @Option(names = "--tuning", paramLabel = "<chunk-order=…,sync-level=…>")
    private @Nullable String tuning;

    @Option(names = "--maintenance-mode", paramLabel = "<type=…,message=…>")
    private @Nullable String maintenanceMode;

    Parameters addTo(Parameters parameters) {
      if (verifyNew != null) parameters.with("verify-new", verifyNew.booleanValue());
      return parameters
          .with("comment", comment)
          .with("gc-schedule", gcSchedule)
          .with("notify", notify)
          .with("notify-user", notifyUser)
          .with("notification-mode", notificationMode)
          .with("tuning", tuning)
          .with("maintenance-mode", maintenanceMode);
    }
  }

  /** {@code datastore list}. */
  @Command
  public static final class List extends AdminCommand {
    @Mixin
    private final OutputOptions output = new OutputOptions();

    @Override
    void run(Surroundings at, RestClient rest) throws CommandFailed, IOException {
      JsonNode all = rest.get(path(), Parameters.none());
      if (output.json(at, all)) return;
      new Listing().text("name").text("path").text("comment").sortedBy("name").print(at, all);
    }
  }

  /** {@code datastore show <name>}. */
  @Command
  public static final class Show extends AdminCommand {
    @Mixin
    private final OutputOptions output = new OutputOptions();

    @picocli.CommandLine.Parameters(index = "0", paramLabel = "<name>")
    private String name = "";

    @Override
    void run(Surroundings at, RestClient rest) throws CommandFailed, IOException {
      JsonNode one = rest.get(path(name), Parameters.none());
      if (!output.json(at, one)) Listing.printObject(at, one);
    }
  }

  /** {@code datastore create <name> <path>}; shows the task's log. */
  @Command
  public static final class Create extends AdminCommand {
    @Mixin
    private final Properties properties = new Properties();

    @Mixin
    private final KeepOptions keep = new KeepOptions();

    @picocli.CommandLine.Parameters(index = "0", paramLabel = "<name>")
    private String name = "";

    @picocli.CommandLine.Parameters(index = "1", paramLabel = "<path>")
    private String directory = "";

    @Option(names = "--prune-schedule", paramLabel = "<calendar event>")
    private @Nullable String pruneSchedule;

    @Override
    void run(Surroundings at, RestClient rest)
        throws CommandFailed, IOException, InterruptedException {
      Parameters parameters = properties.addTo(Parameters.of("name", name)
          .with("path", directory)
          .with("prune-schedule", pruneSchedule));
      keep.addTo(parameters);
      follow(at, rest, rest.post(path(), parameters));
    }
  }

  /** {@code datastore update <name>}. */
  @Command
  public static final class Update extends AdminCommand {
    @Mixin
    private final Properties properties = new Properties();

    @Mixin
    private final UpdateOptions update = new UpdateOptions();

    @picocli.CommandLine.Parameters(index = "0", paramLabel = "<name>")
    private String name = "";

    @Override
    void run(Surroundings at, RestClient rest) throws IOException {
      rest.put(path(name), update.addTo(properties.addTo(Parameters.none())));
    }
  }

  /** {@code datastore remove <name>}: from the configuration; its data only when told so. */
  @Command
  public static final class Remove extends AdminCommand {
    @Mixin
    private final DigestOption digest = new DigestOption();

    @picocli.CommandLine.Parameters(index = "0", paramLabel = "<name>")
    private String name = "";

    @Option(names = "--keep-job-configs", description = "keep the jobs of the datastore")
    private boolean keepJobs;

    @Option(names = "--destroy-data", description = "delete all backups in it")
    private boolean destroyData;

    @Override
    void run(Surroundings at, RestClient rest)
        throws CommandFailed, IOException, InterruptedException {
      Parameters parameters = digest.addTo(Parameters.none());
      if (keepJobs) parameters.with("keep-job-configs", true);
      if (destroyData) parameters.with("destroy-data", true);
      follow(at, rest, rest.delete(path(name), parameters));
    }
  }

  private static void follow(Surroundings at, RestClient rest, JsonNode upid)
      throws CommandFailed, IOException, InterruptedException {
    if (upid.isTextual()) new TaskFollower(at, rest, upid.asText()).follow();
  }
}
