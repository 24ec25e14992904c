package io.reprise.cli.snapshot;

import io.reprise.cli.command.CommandFailed;
import io.reprise.protocol.rest.Parameters;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How many snapshots to keep; each at least 1 when given. */
public final class KeepOptions {
  @Option(names = "--keep-last", paramLabel = "<n>")
  private @Nullable Integer last;

  @Option(names = "--keep-hourly", paramLabel = "<n>")
  private @Nullable Integer hourly;

  @Option(names = "--keep-daily", paramLabel = "<n>")
  private @Nullable Integer daily;

  @Option(names = "--keep-weekly", paramLabel = "<n>")
  private @Nullable Integer weekly;

  @Option(names = "--keep-monthly", paramLabel = "<n>")
  private @Nullable Integer monthly;

  @Option(names = "--keep-yearly", paramLabel = "<n>")
  private @Nullable Integer yearly;

  public void addTo(Parameters parameters) throws CommandFailed {
    add(parameters, "keep-last", last);
    add(parameters, "keep-hourly", hourly);
    add(parameters, "keep-daily", daily);
    add(parameters, "keep-weekly", weekly);
    add(parameters, "keep-monthly", monthly);
    add(parameters, "keep-yearly", yearly);
  }

  private static void add(Parameters parameters, String name, @Nullable Integer value)
      throws CommandFailed {
    if (value == null) return;
    if (value < 1) throw new CommandFailed("--" + name + " must be at least 1, not " + value);
    parameters.with(name, value.longValue());
  }
}
