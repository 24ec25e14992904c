package io.reprise.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.terminal.Surroundings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --output-format}, or the environment's choice (cli.md §1.2). */
public final class OutputOptions {
  private enum Format {
    TEXT,
    JSON,
    JSON_PRETTY
  }

  @Option(
      names = "--output-format",
      paramLabel = "<format>",
      description = "text, json or json-pretty (default: PROXMOX_OUTPUT_FORMAT, else text)")
  private @Nullable String format;

  /** Prints the data when JSON is wanted. @return false if it is to be shown as text */
  public boolean json(Surroundings at, JsonNode data) throws CommandFailed {
    switch (format(at)) {
      case TEXT -> {
        return false;
      }
      case JSON -> at.out().println(JsonText.compact(data));
      case JSON_PRETTY -> at.out().println(JsonText.pretty(data));
    }
    return true;
  }

  public boolean isText(Surroundings at) throws CommandFailed {
    return format(at) == Format.TEXT;
  }

  private Format format(Surroundings at) throws CommandFailed {
    String chosen = format != null ? format : at.variable("PROXMOX_OUTPUT_FORMAT");
    return switch (chosen == null || chosen.isEmpty() ? "text" : chosen) {
      case "text" -> Format.TEXT;
      case "json" -> Format.JSON;
      case "json-pretty" -> Format.JSON_PRETTY;
      default ->
        throw new CommandFailed(
            "unknown output format '" + chosen + "': use text, json or json-pretty");
    };
  }
}
