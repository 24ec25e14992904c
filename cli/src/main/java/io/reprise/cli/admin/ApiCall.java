package io.reprise.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.output.JsonText;
import io.reprise.cli.output.OutputOptions;
import io.reprise.cli.task.TaskFollower;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code api ls|get|create|set|delete <path> [--name value …]}: any call of the REST API (cli.md §4.2). What is no option
 * of its own is a parameter of the call.
 */
@Command
public final class ApiCall extends AdminCommand {
  /** What is done at the path. */
  public enum Verb {
    LS("GET", "List what is below a path"),
    GET("GET", "Read"),
    CREATE("POST", "Make something, or start a task and show it"),
    SET("PUT", "Change"),
    DELETE("DELETE", "Remove");

    private final String method;
    private final String purpose;

    Verb(String method, String purpose) {
      this.method = method;
      this.purpose = purpose;
    }

    /** In a few words, for the list of commands. */
    public String purpose() {
      return purpose;
    }
  }

  @Mixin
  private final OutputOptions output = new OutputOptions();

  @picocli.CommandLine.Parameters(index = "0", paramLabel = "<api-path>")
  private String path = "";

  private final Verb verb;
  private @Nullable CommandLine line;

  public ApiCall(Verb verb) {
    this.verb = verb;
  }

  @Override
  public CommandLine line() {
    CommandLine made = new CommandLine(this).setUnmatchedArgumentsAllowed(true);
    line = made;
    return made;
  }

  @Override
  void run(Surroundings at, RestClient rest)
      throws CommandFailed, IOException, InterruptedException {
    String call = RestClient.path(
        Stream.of(path.split("/")).filter(part -> !part.isEmpty()).toArray(String[]::new));
    JsonNode data = rest.form(verb.method, call, parameters()).path("data");
    if (output.json(at, data)) return;
    if (verb == Verb.LS) {
      for (JsonNode entry : data) at.out().println(entry.path("subdir").asText());
    } else if (data.asText().startsWith("UPID:")) {
      new TaskFollower(at, rest, data.asText()).follow();
    } else if (!data.isNull()) {
      at.out().println(JsonText.pretty(data));
    }
  }

  /** Of {@code --name=value}; a name that is repeated makes a list. */
  private Parameters parameters() throws CommandFailed {
    Map<String, List<String>> given = new LinkedHashMap<>();
    for (String option : line == null ? List.<String>of() : line.getUnmatchedArguments()) {
      int equals = option.indexOf('=');
      if (!option.startsWith("--") || equals < 0) {
        throw new CommandFailed("'" + option + "' is no parameter: write --name value");
      }
      given
          .computeIfAbsent(option.substring(2, equals), name -> new ArrayList<>())
          .add(option.substring(equals + 1));
    }
    Parameters parameters = Parameters.none();
    given.forEach((name, values) -> {
      if (values.size() == 1) parameters.with(name, values.getFirst());
      else parameters.with(name, values);
    });
    return parameters;
  }
}
