package io.reprise.cli.admin;

import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.task.TaskFollower;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code pull <remote> <remote-store> <store>}: fetches snapshots from a remote once and shows it (protocol.md §5.5). */
@Command
public final class Pull extends AdminCommand {
  @picocli.CommandLine.Parameters(index = "0", paramLabel = "<remote>")
  private String remote = "";

  @picocli.CommandLine.Parameters(index = "1", paramLabel = "<remote-store>")
  private String remoteStore = "";

  @picocli.CommandLine.Parameters(index = "2", paramLabel = "<store>")
  private String store = "";

  @Option(names = "--ns", paramLabel = "<namespace>", description = "where it goes")
  private @Nullable String ns;

  @Option(names = "--remote-ns", paramLabel = "<namespace>", description = "where it comes from")
  private @Nullable String remoteNs;

  @Option(names = "--remove-vanished", description = "remove what the remote no longer has")
  private boolean removeVanished;

  @Option(names = "--max-depth", paramLabel = "<n>", description = "levels of namespaces, 0 to 7")
  private @Nullable Long maxDepth;

  @Option(
      names = "--group-filter",
      paramLabel = "<filter>",
      description = "type:, group: or regex:")
  private List<String> groupFilter = new ArrayList<>();

  @Option(names = "--transfer-last", paramLabel = "<n>", description = "the newest of each group")
  private @Nullable Long transferLast;

  @Option(names = "--rate-in", paramLabel = "<rate>", description = "such as 10MB, per second")
  private @Nullable String rateIn;

  @Option(names = "--burst-in", paramLabel = "<size>")
  private @Nullable String burstIn;

  @Override
  void run(Surroundings at, RestClient rest)
      throws CommandFailed, IOException, InterruptedException {
    Parameters parameters = Parameters.of("remote", remote)
        .with("remote-store", remoteStore)
        .with("store", store)
        .with("ns", ns)
        .with("remote-ns", remoteNs)
        .with("rate-in", rateIn)
        .with("burst-in", burstIn);
    if (removeVanished) parameters.with("remove-vanished", true);
    if (maxDepth != null) parameters.with("max-depth", maxDepth.longValue());
    if (transferLast != null) parameters.with("transfer-last", transferLast.longValue());
    if (!groupFilter.isEmpty()) parameters.with("group-filter", groupFilter);
    new TaskFollower(at, rest, rest.post("pull", parameters).asText()).follow();
  }
}
