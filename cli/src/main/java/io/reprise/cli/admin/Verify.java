package io.reprise.cli.admin;

import io.reprise.cli.command.CommandFailed;
import io.reprise.cli.remote.NamespaceOption;
import io.reprise.cli.task.TaskFollower;
import io.reprise.cli.terminal.Surroundings;
import io.reprise.datastore.GroupId;
import io.reprise.datastore.SnapshotId;
import io.reprise.protocol.rest.Parameters;
import io.reprise.protocol.rest.RestClient;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code verify <store> [<group or snapshot>]}: shows the task's log (cli.md §4.1). */
@Command
public final class Verify extends AdminCommand {
  @picocli.CommandLine.Parameters(index = "0", paramLabel = "<store>")
  private String store = "";

  @picocli.CommandLine.Parameters(index = "1", arity = "0..1", paramLabel = "<group or snapshot>")
  private @Nullable String what;

  @Mixin
  private final NamespaceOption namespace = new NamespaceOption();

  @Option(
      names = "--max-depth",
      paramLabel = "<n>",
      description = "levels of namespaces below that one (default: all)")
  private @Nullable Long maxDepth;

  @Option(
      names = "--ignore-verified",
      arity = "1",
      paramLabel = "<bool>",
      description = "leave out what was verified before (default: true)")
  private @Nullable Boolean ignoreVerified;

  @Option(
      names = "--outdated-after",
      paramLabel = "<days>",
      description = "verified longer ago counts as not verified")
  private @Nullable Long outdatedAfter;

  @Override
  void run(Surroundings at, RestClient rest)
      throws CommandFailed, IOException, InterruptedException {
    Parameters parameters = Parameters.none().withNamespace(namespace.namespace(at));
    if (what != null) {
      if (what.chars().filter(c -> c == '/').count() > 1) parameters.with(SnapshotId.parse(what));
      else parameters.with(GroupId.parse(what));
    }
    if (maxDepth != null) parameters.with("max-depth", maxDepth.longValue());
    if (ignoreVerified != null) parameters.with("ignore-verified", ignoreVerified.booleanValue());
    if (outdatedAfter != null) parameters.with("outdated-after", outdatedAfter.longValue());
    var upid = rest.post(RestClient.path("admin", "datastore", store, "verify"), parameters)
        .asText();
    new TaskFollower(at, rest, upid).followAndStopOnInterrupt();
  }
}
